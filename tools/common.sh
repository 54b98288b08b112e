# What setup.sh, run.sh and test.sh share. Sourced by them, not run.
# shellcheck shell=bash
#
#   progress build "compiling"        [build] compiling            (standard error)
#   fail build "no compiler"          the same, and exit 1
#   has_command npm                   true if it is on PATH
#   run_logged build LOG command …    silent; the end of LOG is shown if the command fails
#   build_release TARGET              TARGET (program, or all: with the tests) is built and up to date

repo_root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv="$repo_root/.venv"
# Written by setup.sh once .venv is as requirements.txt wants it.
# shellcheck disable=SC2034  # used by setup.sh
venv_stamp="$venv/eif-requirements.stamp"

progress() {
  printf '[%s] %s\n' "$1" "$2" >&2
}

fail() {
  progress "$1" "$2"
  exit 1
}

has_command() {
  command -v "$1" >/dev/null 2>&1
}

run_logged() {
  local topic="$1" log="$2" status=0
  shift 2
  mkdir -p -- "$(dirname -- "$log")"
  printf '\n$ %s\n' "$*" >>"$log"
  local end_before
  end_before="$(wc -l <"$log")"
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  if ((status != 0)); then
    progress "$topic" "failed with exit status $status: $*"
    tail -n "+$((end_before + 1))" -- "$log" | tail -n 40 >&2
    progress "$topic" "the whole log: $log"
  fi
  return "$status"
}

# True if build/release was configured for this folder, with the packages that .venv has now. A tree
# that was copied or moved keeps a CMake cache that speaks of the old place.
is_configured() {
  local build="$repo_root/build/release"
  [[ -f "$build/build.ninja" && ! "$venv_stamp" -nt "$build/build.ninja" ]] &&
    grep -sqFx -- "CMAKE_HOME_DIRECTORY:INTERNAL=$repo_root" "$build/CMakeCache.txt"
}

configure_and_compile() {
  local target="$1" log="$repo_root/build/build.log"
  mkdir -p -- "$repo_root/build"
  : >"$log"
  cd -- "$repo_root" || exit 1
  if ! is_configured; then
    progress build "configuring build/release"
    run_logged build "$log" cmake --fresh --preset release || exit 1
    touch -- build/release/build.ninja  # CMake leaves an unchanged file, and its time, as they are
  fi
  # Only where there is something to wait for; where all is built, that takes a moment.
  {
    sleep 2 >/dev/null 2>&1
    progress build "compiling build/release (the first time takes minutes; log: $log)"
  } 9>&- &
  local notice=$! status=0
  run_logged build "$log" cmake --build build/release --target "$target" || status=1
  kill "$notice" 2>/dev/null || true
  return "$status"
}

build_release() {
  mkdir -p -- "$repo_root/build"
  # In a subshell, so that the caller stays in its folder and the lock is gone afterwards. Without
  # the lock two runs at once would compile into the same files.
  (
    flock 9
    configure_and_compile "$1"
  ) 9>"$repo_root/build/.lock"
}
