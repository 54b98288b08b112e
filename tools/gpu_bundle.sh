#!/usr/bin/env bash
# Builds eif-suite for a GPU, and packs what tools/gpu_check.sh needs on a machine that has one:
#
#   tools/gpu_bundle.sh [--of BUILD] [FILE]        # build/eif-suite-gpu.tar.xz
#
# Neither a GPU nor nvcc or a CUDA toolkit is needed: the program is linked with libtorch of torch's CUDA wheel,
# which is fetched once, without NVIDIA's libraries, into ~/.cache/eif-suite (1 GB), or with the one in the folder
# EIF_LIBTORCH. The build is build/gpu, and takes as long as any. --of BUILD packs a build folder as it is.
#
# On the other machine:
#
#   tar -xf eif-suite-gpu.tar.xz && eif-suite-gpu/tools/gpu_check.sh
#
# which needs the same minor version of torch there, and transformers.

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

TORCH_VERSION=2.11.0
MOST_BYTES=$((45 << 20))  # what may travel to such a machine is little
log="$repo_root/build/gpu-bundle.log"
build=""
[[ "${1:-}" != --of ]] || { build="$(readlink -f -- "${2:?--of needs a build folder}")"; shift 2; }
bundle="$(realpath -m -- "${1:-$repo_root/build/eif-suite-gpu.tar.xz}")"
python="${PYTHON:-$repo_root/.venv/bin/python}"

# The headers and libraries of the CUDA wheel, and no more of it.
fetch_libtorch() {
  local folder="${XDG_CACHE_HOME:-$HOME/.cache}/eif-suite/libtorch-$TORCH_VERSION-cuda" fetched
  if [[ ! -d "$folder" ]]; then
    progress bundle "fetching the CUDA wheel of torch $TORCH_VERSION (530 MB)"
    mkdir -p -- "$(dirname -- "$folder")"
    fetched="$(mktemp -d -- "$folder.XXXXXX")"
    run_logged bundle "$log" "$python" -m pip download --no-deps --python-version 3.12 --implementation cp \
      --only-binary=:all: --platform manylinux_2_28_x86_64 --dest "$fetched" "torch==$TORCH_VERSION" || exit 1
    run_logged bundle "$log" "$python" -c 'import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
kept = ("torch/include/", "torch/lib/")
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(kept)])' \
      "$fetched"/torch-*.whl "$fetched" || exit 1
    rm -- "$fetched"/torch-*.whl
    mv -- "$fetched" "$folder"
  fi
  echo "$folder/torch"
}

compile() {
  local libtorch="${EIF_LIBTORCH:-}"
  [[ -n "$libtorch" ]] || libtorch="$(fetch_libtorch)"
  [[ -f "$libtorch/lib/libtorch_cuda.so" ]] || fail bundle "$libtorch is no CUDA build of libtorch"
  progress bundle "compiling build/gpu with $libtorch (log: $log)"
  run_logged bundle "$log" cmake -S "$repo_root" -B "$build" -G Ninja -DEIF_LIBTORCH="$libtorch" \
    -DCMAKE_BUILD_TYPE=Release || exit 1
  run_logged bundle "$log" cmake --build "$build" -j "${JOBS:-2}" --target program engines_test || exit 1
}

install_component() { # NAME FOLDER
  run_logged bundle "$log" cmake --install "$build" --component "$1" --prefix "$2" --strip || exit 1
}

# The Python files of the check, and nothing else of the tools.
copy_tools() { # FOLDER
  mkdir -p -- "$1/gpu_check"
  cp -- "$repo_root"/tools/{gpu_check.sh,products.py,transformers_loop.py} "$1"
  cp -- "$repo_root"/tools/gpu_check/{*.py,README.md} "$1/gpu_check"
}

mkdir -p -- "$repo_root/build"
: >"$log"
if [[ -z "$build" ]]; then
  build="$repo_root/build/gpu"
  compile
fi
[[ -x "$build/tests/engines_test" ]] || fail bundle "$build has no tests/engines_test: build the target engines_test"

stage="$(mktemp -d)"
trap 'rm -rf -- "$stage"' EXIT
folder="$stage/eif-suite-gpu"
for component in program libraries tests; do
  install_component "$component" "$folder"
done
# CMake installs these as they are.
find "$folder/lib/eif-suite/libraries" -type f -exec strip --strip-unneeded {} + 2>>"$log"
copy_tools "$folder/tools"
git -C "$repo_root" describe --always --dirty >"$folder/REVISION" 2>>"$log" || echo unknown >"$folder/REVISION"
run_logged bundle "$log" tar -C "$stage" -cJf "$bundle" eif-suite-gpu || exit 1
size="$(stat -c %s -- "$bundle")"
progress bundle "$bundle: $((size >> 10)) KiB, $(du -sm -- "$folder" | cut -f1) MiB unpacked"
((size <= MOST_BYTES)) || fail bundle "more than the $((MOST_BYTES >> 20)) MiB that may travel"
