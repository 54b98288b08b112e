#!/usr/bin/env bash
# Sets up and builds what is not there yet, then runs eif-suite with the arguments given:
#
#   tools/run.sh --model smollm2 --all
#
# Only eif-suite writes to standard output. Missing data is not fatal here: a run that needs it says
# so itself.

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

setup_status=0
"$repo_root/tools/setup.sh" >&2 || setup_status=$?
((setup_status == 0 || setup_status == 2)) || exit "$setup_status"
build_release program
exec "$repo_root/build/release/bin/eif-suite" "$@"
