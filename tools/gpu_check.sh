#!/usr/bin/env bash
# Checks eif-suite on a GPU, and measures it there:
#
#   tools/gpu_check.sh [--device cuda] [--small] [--out FOLDER] [--build FOLDER]
#
# In a bundle of tools/gpu_bundle.sh it needs no compiler and no network: python3, or $PYTHON, with the torch
# that the bundle was built for, transformers, and the GPU. Takes at most eight minutes, and ends with a table
# and FOLDER/gpu_check.json; what is measured stands in tools/gpu_check/README.md. The exit code is 1 where a
# part fails or misses its bound; the other parts run all the same.
#
# --device cpu --small does the same with tiny models anywhere.

set -euo pipefail
tools="$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")"
python="${PYTHON:-python3}"

# torch is not imported: where a library of NVIDIA is missing, that fails, and the check says it better.
packages="$("$python" -c "
import importlib.util, pathlib
spec = importlib.util.find_spec('torch')
print(pathlib.Path(spec.origin).parent.parent if spec else '')")"
if [[ -z "$packages" ]]; then
  echo "gpu_check: $python has no torch; name another with PYTHON=…" >&2
  exit 2
fi

# The program finds libtorch by the first, the conformance tests by the second.
export EIF_LIBTORCH="$packages/torch"
libraries="$packages/torch/lib"
for folder in "$packages"/nvidia/*/lib; do
  [[ ! -d "$folder" ]] || libraries+=":$folder"
done
export EIF_LIBRARY_FOLDERS="$libraries"
export PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error TOKENIZERS_PARALLELISM=false
PYTHONPATH="$tools" exec "$python" -m gpu_check "$@"
