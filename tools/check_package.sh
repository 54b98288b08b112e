#!/usr/bin/env bash
# Makes the packages of build/release, and runs them in a bare Debian that has a libtorch and nothing else:
#
#   tools/check_package.sh [LIBTORCH]
#
# LIBTORCH is a folder with include/ and lib/, of the version that build/release was built with; unless given,
# the one it was built with. The bare root is build/bare-root-packages, the log build/check-package.log; the
# packages are in build/packages.

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"
# shellcheck source=tools/bare_root.sh
source "$repo_root/tools/bare_root.sh"

log="$repo_root/build/check-package.log"
build="$repo_root/build/release"
packages="$repo_root/build/packages"
[[ -f "$build/libtorch.path" ]] || fail check "build/release is not configured: run tools/run.sh --version"
libtorch="$(readlink -f -- "${1:-$(<"$build/libtorch.path")}")"
: >"$log"

build_release all || exit 1
rm -rf -- "$packages"
run_logged check "$log" cpack --config "$build/CPackConfig.cmake" -G 'TGZ;DEB' -B "$packages" || exit 1
archive="$(echo "$packages"/*.tar.gz)"
deb="$(echo "$packages"/*.deb)"
progress check "$(du -h "$archive" "$deb" | sed "s|$packages/||" | tr '\n\t' '  ')"

files="$(tar -tzf "$archive")"
expect_no "the archive is one folder" . \
  "$(grep -v "^$(basename -- "$archive" .tar.gz)/" <<<"$files" || true)"
expect "the archive has its libraries inside" 'lib/eif-suite/libraries/libabsl' "$files"
expect_no "but not libtorch, nor the C++ library" '/lib(torch|c10|stdc\+\+|gomp|c\.so)[^/]*$' "$files"
expect_no "nor where libtorch was" 'libtorch\.path' "$files"

root="${BARE_ROOT:-$repo_root/build/bare-root-packages}"
make_bare_root "$root"
eif_suite() { # PROGRAM ARGUMENTS…, with libtorch
  said_by env EIF_LIBTORCH=/opt/libtorch "$@"
}

# --- The archive ------------------------------------------------------------------------------------
rm -rf -- "$root/opt/eif-suite" "$root/srv/moved"
mkdir -p -- "$root/opt/eif-suite"
tar -xzf "$archive" -C "$root/opt/eif-suite" --strip-components 1
run_paths="$(find "$root/opt/eif-suite" -name '*.so*' -type f -exec readelf -d {} + | grep -E 'R(UN)?PATH' || true)"
expect "run paths begin at the file itself" '\[\$ORIGIN' "$run_paths"
expect_no "and none names a folder of this machine" '\[/|:/' "$run_paths"

expect "without libtorch it says what is missing" \
  'MISSING: part of libtorch' "$(said_by /opt/eif-suite/bin/eif-suite doctor)"
bring_in "$libtorch" /opt/libtorch
expect "doctor names the libtorch it was given" \
  'libtorch +2\..*/opt/libtorch/lib' "$(eif_suite /opt/eif-suite/bin/eif-suite doctor)"
mv -- "$root/opt/eif-suite" "$root/srv/moved"
bring_in "$libtorch" /opt/environment/lib/python3.11/site-packages/torch
expect "and that of the active Python environment" 'libtorch +2\..*/opt/environment/lib/python3.11/' \
  "$(said_by env VIRTUAL_ENV=/opt/environment /srv/moved/bin/eif-suite doctor)"
listed="$(eif_suite /srv/moved/bin/eif-suite list)"
expect "moved elsewhere, it lists its desiderata" '^ +transitivity' "$listed"
expect "and its models" '^ +smollm2' "$listed"
expect_no "no plugin was skipped" 'skipped' "$listed"
expect "an example can be asked" '^It can be passed' \
  "$(eif_suite /srv/moved/bin/eif-suite check /srv/moved/share/eif-suite/examples/reversal.toml)"
if bring_in_models; then
  expect "and measures" '^ *[a-z_]+ .*-?[0-9]\.[0-9]+' \
    "$(eif_suite /srv/moved/bin/eif-suite matrix --model smollm2 --domain reversals --lr 1e-5)"
fi

# --- The Debian package -----------------------------------------------------------------------------
cp -- "$deb" "$root/tmp/eif-suite.deb"
run_logged check "$log" in_root apt-get update || exit 1
run_logged check "$log" in_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y --no-install-recommends /tmp/eif-suite.deb || exit 1
expect_no "the .deb brings no library of Debian's" 'libraries/' "$(in_root dpkg -L eif-suite)"
expect "the .deb depends on Debian's" 'Depends:.*libabsl' "$(in_root dpkg -s eif-suite)"
expect "and says who made it" '^Maintainer: [^<]+ <[^@ ]+@[^@ ]+>$' "$(in_root dpkg -s eif-suite)"
echo /opt/libtorch >"$root/usr/lib/eif-suite/libtorch.path"
listed="$(said_by eif-suite list)"
expect "installed, with libtorch named for all users, it lists" '^ +transitivity' "$listed"
expect_no "no plugin was skipped" 'skipped' "$listed"
expect "an example can be asked" '^It can be passed' \
  "$(said_by eif-suite check /usr/share/eif-suite/examples/reversal.toml)"
rm -- "$root/usr/lib/eif-suite/libtorch.path"
run_logged check "$log" in_root dpkg --purge eif-suite || exit 1
progress check "all is well"
