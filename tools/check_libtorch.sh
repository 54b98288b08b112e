#!/usr/bin/env bash
# Builds eif-suite with a libtorch of your choice in a bare Debian without CUDA, and runs it there:
#
#   tools/check_libtorch.sh LIBTORCH
#
# LIBTORCH is a folder with include/ and lib/, as in a wheel (python -m zipfile -e torch-….whl FOLDER, then
# FOLDER/torch) or a zip archive. NVIDIA's wheels may lie beside it, in ../nvidia: without them a CUDA build is
# linked all the same, and `doctor` must name what is missing. The run measures SmolLM2, where it is set up.
#
# JOBS=N: so many compilers at once. CCACHE_DIR: what was compiled with the same libtorch here is not compiled
# again there, because tree, libtorch and build folder have the same paths inside. The bare root is
# build/bare-root (removed by hand), the log build/check-libtorch.log.

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"
# shellcheck source=tools/bare_root.sh
source "$repo_root/tools/bare_root.sh"
# shellcheck source=tools/setup_packages.sh
source "$repo_root/tools/setup_packages.sh"

log="$repo_root/build/check-libtorch.log"
build="$repo_root/build/release"
(($# == 1)) || fail check "which libtorch? tools/check_libtorch.sh LIBTORCH"
libtorch="$(readlink -f -- "$1")"
nvidia="$(dirname -- "$libtorch")/nvidia"
[[ -f "$libtorch/lib/libtorch_cpu.so" ]] || fail check "$libtorch has no lib/libtorch_cpu.so"
has_cuda() {
  [[ -f "$libtorch/lib/libtorch_cuda.so" ]]
}

compile() {
  local locale=()
  # What ccache keeps is kept for one locale, which decides what warnings read like.
  mapfile -t locale < <(env | grep -E '^(LANG|LC_[A-Z]+)=' || true)
  run_logged check "$log" in_root env -C "$repo_root" EIF_LIBTORCH="$libtorch" \
    cmake --fresh --preset release -DBUILD_TESTING=OFF || exit 1
  run_logged check "$log" in_root env -u LC_ALL "${locale[@]}" CCACHE_DIR=/ccache \
    cmake --build "$build" -j "${JOBS:-2}" --target program || exit 1
}

dynamic_section() {
  in_root readelf --dynamic --wide "$build/lib/libeif-suite.so"
}

eif_suite() {
  said_by "$build/bin/eif-suite" "$@"
}

mkdir -p -- "$repo_root/build"
: >"$log"
make_bare_root "${BARE_ROOT:-$repo_root/build/bare-root}"
mapfile -t packages < <(library_headers | sed 's/.* //')
run_logged check "$log" in_root apt-get update || exit 1
run_logged check "$log" in_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
  --no-install-recommends build-essential cmake ninja-build ccache pkg-config "${packages[@]}" || exit 1
expect_no "no CUDA compiler in the bare root" nvcc "$(in_root which nvcc || true)"
bring_tree
bring_in "$libtorch"
[[ -z "${CCACHE_DIR:-}" ]] || bring_in_to_write "$CCACHE_DIR" /ccache

progress check "configuring and compiling with $libtorch"
compile
expect "the program needs libtorch" 'NEEDED.*libtorch_cpu\.so' "$(dynamic_section)"
if has_cuda; then
  expect "the program needs CUDA's half of libtorch" 'NEEDED.*libtorch_cuda\.so' "$(dynamic_section)"
  expect "doctor names what is missing" 'libcudart\.so\.[0-9]+ +MISSING: NVIDIA' "$(eif_suite doctor)"
  expect "and so does any other command" \
    'error: the program cannot be loaded: .*libcudart' "$(eif_suite list)"
  if [[ ! -d "$nvidia" ]]; then
    progress check "no NVIDIA libraries in $nvidia: the program was not started with them"
    exit 0
  fi
  bring_in "$nvidia"
  expect "with NVIDIA's libraries the program starts as it was linked" \
    'libtorch +2\..* with CUDA [0-9]' "$(eif_suite doctor)"
  compile
  expect "linked where they are, it has their folders on its run path" \
    "R(UN)?PATH.*$nvidia/" "$(dynamic_section)"
fi
kind="without CUDA"
! has_cuda || kind="with CUDA [0-9]+\.[0-9]+"
expect "doctor names the libtorch" "libtorch +2\..* $kind, $libtorch/lib" "$(eif_suite doctor)"
listed="$(eif_suite list)"
expect "it lists its desiderata" '^ +transitivity' "$listed"
expect "and its models" '^ +smollm2' "$listed"
expect_no "no plugin was skipped" 'skipped' "$listed"
if bring_in_models; then
  expect "and measures" '^ *[a-z_]+ .*-?[0-9]\.[0-9]+' \
    "$(eif_suite matrix --model smollm2 --domain reversals --lr 1e-5)"
fi
progress check "all is well"
