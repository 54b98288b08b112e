# A bare Debian in a folder, for the checks that must not see what this machine has installed. Sourced by
# check_libtorch.sh and check_package.sh, not run. Needs root and debootstrap.
# shellcheck shell=bash
#
#   make_bare_root FOLDER         Debian 12 without anything, kept for the next time
#   bring_in SOURCE TARGET        a folder of this machine, read-only inside as TARGET
#   in_root COMMAND…              runs it inside, with an environment of its own

bare_root=""

make_bare_root() {
  bare_root="$1"
  ((EUID == 0)) || fail check "a bare root needs chroot and mount: run this as root"
  has_command debootstrap || fail check "debootstrap is missing: apt-get install debootstrap"
  if [[ ! -f "$bare_root/etc/eif-complete" ]]; then
    progress check "making a bare Debian in $bare_root"
    rm -rf -- "$bare_root"
    mkdir -p -- "$bare_root"
    run_logged check "$log" debootstrap --variant=minbase bookworm "$bare_root" || exit 1
    touch -- "$bare_root/etc/eif-complete"
  fi
  mount -t proc proc "$bare_root/proc"
  mount --bind /dev "$bare_root/dev"
  trap leave_bare_root EXIT
}

bring_in() {
  mkdir -p -- "$bare_root$2"
  mount --bind -o ro "$1" "$bare_root$2"
}

in_root() {
  chroot "$bare_root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
}

# Whatever was mounted below it, the last first.
leave_bare_root() {
  local mounted
  awk -v root="$bare_root/" 'index($2, root) == 1 {print $2}' /proc/self/mounts | tac |
    while read -r mounted; do umount -- "$mounted"; done
}

# expect WHAT PATTERN TEXT: stops unless the text has a line that matches.
expect() {
  if ! grep -qE -- "$2" <<<"$3"; then
    progress check "FAILED: $1; expected a line that matches: $2"
    printf '%s\n' "$3" >&2
    exit 1
  fi
  progress check "$1: $(grep -m1 -E -- "$2" <<<"$3" | sed 's/^ *//')"
}

# expect_no WHAT PATTERN TEXT: stops if it has one.
expect_no() {
  if grep -qE -- "$2" <<<"$3"; then
    progress check "FAILED: $1; found: $(grep -m1 -E -- "$2" <<<"$3")"
    exit 1
  fi
  progress check "$1"
}
