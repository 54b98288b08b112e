# A bare Debian in a folder, for the checks that must not see what this machine has installed. Sourced by
# check_libtorch.sh and check_package.sh, not run. Needs root and debootstrap.
# shellcheck shell=bash
#
#   make_bare_root FOLDER              Debian 12 without anything, kept for the next time
#   bring_in SOURCE [TARGET]           a folder of this machine, read-only inside as TARGET, or as SOURCE
#   bring_in_to_write SOURCE TARGET    the same, to be written to
#   bring_in_models                    SmolLM2, where tools/setup.sh finds it; false if it is not set up
#   bring_tree                         a copy of this tree, at the path that it has here
#   in_root COMMAND…                   runs it inside, with an environment of its own
#   said_by COMMAND…                   what it prints there, whatever its exit code, each entry on one line

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
  trap leave_bare_root EXIT
  mount -t proc proc "$bare_root/proc"
  mount --bind /dev "$bare_root/dev"
}

bring_in() {
  local target="$bare_root${2:-$1}"
  mkdir -p -- "$target"
  mount --bind -o ro "$1" "$target"
}

bring_in_to_write() {
  mkdir -p -- "$1" "$bare_root$2"
  mount --bind "$1" "$bare_root$2"
}

bring_in_models() {
  local cache="${XDG_CACHE_HOME:-$HOME/.cache}/eif-suite/models"
  [[ -d "$cache/smollm2" ]] || return 1
  bring_in "$cache" /root/.cache/eif-suite/models
}

# Without what was built or fetched here.
bring_tree() {
  rm -rf -- "${bare_root:?}$repo_root"
  mkdir -p -- "$bare_root$repo_root"
  tar -C "$repo_root" --exclude-from="$repo_root/.dockerignore" --anchored -cf - . |
    tar -C "$bare_root$repo_root" -xf -
}

# One thread, because two that share a busy processor mostly wait for one another.
in_root() {
  chroot "$bare_root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    OMP_NUM_THREADS=1 "$@"
}

# `doctor` breaks its entries at 80 columns and indents what follows.
said_by() {
  { in_root "$@" 2>&1 || true; } | sed -z 's/\n \{20,\}/ /g'
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
