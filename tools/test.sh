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
cd -- "$repo_root"
exec ctest --preset release -j2 "$@"
