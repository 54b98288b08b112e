#!/usr/bin/env bash
# Builds eif-suite with a libtorch of your choice in a bare Debian without CUDA, and starts it there:
#
#   tools/check_libtorch.sh LIBTORCH [TARGET…]
#
# LIBTORCH is a folder with include/ and lib/, as in a wheel (python -m zipfile -e torch-….whl FOLDER, then
# FOLDER/torch) or a zip archive. NVIDIA's wheels may lie beside it, in ../nvidia: without them a CUDA build is
# linked all the same, and `doctor` must name what is missing. Targets: the program and its plugins, unless
# given. JOBS=N: so many compilers at once. The bare root is build/bare-root (removed by hand), the log
# build/check-libtorch.log.

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"
# shellcheck source=tools/bare_root.sh
source "$repo_root/tools/bare_root.sh"
# shellcheck source=tools/setup_packages.sh
source "$repo_root/tools/setup_packages.sh"

log="$repo_root/build/check-libtorch.log"
(($# > 0)) || fail check "which libtorch? tools/check_libtorch.sh LIBTORCH [TARGET…]"
libtorch="$(readlink -f -- "$1")"
shift
targets=("${@:-program}")
[[ -f "$libtorch/lib/libtorch_cpu.so" ]] || fail check "$libtorch has no lib/libtorch_cpu.so"
cuda=cpu
[[ ! -f "$libtorch/lib/libtorch_cuda.so" ]] || cuda=cuda

mkdir -p -- "$repo_root/build"
: >"$log"
make_bare_root "${BARE_ROOT:-$repo_root/build/bare-root}"
mapfile -t packages < <(library_headers | sed 's/.* //')
run_logged check "$log" in_root apt-get update || exit 1
run_logged check "$log" in_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
  --no-install-recommends build-essential cmake ninja-build ccache pkg-config "${packages[@]}" || exit 1
bring_in "$repo_root" /src
bring_in "$libtorch" /opt/site-packages/torch
expect_no "no CUDA compiler in the bare root" nvcc "$(in_root which nvcc || true)"

progress check "configuring and compiling ${targets[*]} with $libtorch"
run_logged check "$log" in_root env EIF_LIBTORCH=/opt/site-packages/torch CCACHE_DIR=/ccache \
  cmake -S /src -B "/build-$cuda" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF || exit 1
run_logged check "$log" in_root env CCACHE_DIR=/ccache \
  cmake --build "/build-$cuda" -j "${JOBS:-2}" --target "${targets[@]}" || exit 1

program="/build-$cuda/lib/libeif-suite.so"
needed="$(in_root readelf -d "$program")"
expect "the program needs libtorch" 'NEEDED.*libtorch_cpu\.so' "$needed"
start() {
  in_root "/build-$cuda/bin/eif-suite" "$@" 2>&1 || true
}
if [[ "$cuda" == cuda ]]; then
  expect "the program needs CUDA's half of libtorch" 'NEEDED.*libtorch_cuda\.so' "$needed"
  expect "doctor names what is missing" 'libcudart\.so\.[0-9]+ +MISSING: NVIDIA' "$(start doctor)"
  expect "and so does any other command" 'error: the program cannot be loaded: .*libcudart' "$(start list)"
  if [[ ! -d "$libtorch/../nvidia" ]]; then
    progress check "no NVIDIA libraries in $libtorch/../nvidia: the program was not started with them"
    exit 0
  fi
  bring_in "$libtorch/../nvidia" /opt/site-packages/nvidia
fi
expect "doctor names the libtorch" 'libtorch +2\..* with.*, /opt/site-packages/torch/lib' "$(start doctor)"
expect "list lists" '^Desiderata|desiderata' "$(start list)"
progress check "all is well"
