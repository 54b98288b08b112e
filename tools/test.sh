#!/usr/bin/env bash
# Sets up, builds and runs the whole test suite; all data must be there. Arguments go on to ctest:
#
#   tools/test.sh
#   tools/test.sh --label-regex fast

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

"$repo_root/tools/setup.sh"
build_release all
# The real vocabulary that the Phi-3 tokenizer is compared on.
phi3_tokenizer="${XDG_CACHE_HOME:-$HOME/.cache}/eif-suite/test-data/phi3"
if [[ ! -f "$phi3_tokenizer/tokenizer.json" ]]; then
  run_logged test "$repo_root/build/test-data.log" \
    "$venv/bin/python" "$repo_root/tests/tokenizer/make_phi3_tokenizer.py" "$phi3_tokenizer" || exit 1
fi
cd -- "$repo_root"
exec ctest --preset release -j2 "$@"
