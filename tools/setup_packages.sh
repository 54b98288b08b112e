# What the build needs of the system. Sourced by setup.sh, not run. Reads: log, cache_root, needs_npm, find_python.
# shellcheck shell=bash
#
#   missing_headers      one line for each library that the compiler does not find: HEADER PACKAGE
#   missing_packages     the Debian packages that have what is missing, one per line
#   install_packages     installs them, or says what is missing where there is no apt-get

# The libraries, by the header that the build includes and the package that has it.
library_headers() {
  local boost=boost release
  # shellcheck disable=SC1091  # a file of the system
  release="$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")" || true
  [[ "$release" != bookworm ]] || boost=boost1.81 # the newer of its two
  printf '%s\n' "boost/version.hpp lib$boost-dev"
  printf '%s\n' 'absl/status/statusor.h libabsl-dev' 'toml++/toml.h libtomlplusplus-dev' \
    'CLI/CLI.hpp libcli11-dev' 'nlohmann/json.hpp nlohmann-json3-dev' 'gtest/gtest.h libgtest-dev' \
    'gmock/gmock.h libgmock-dev' 'benchmark/benchmark.h libbenchmark-dev' 'xxhash.h libxxhash-dev' \
    'zlib.h zlib1g-dev' 'pcre2.h libpcre2-dev' 'unicode/uchar.h libicu-dev'
}

missing_headers() {
  local header package prefix include=()
  if ! has_command c++; then
    library_headers
    return
  fi
  while read -r prefix; do
    [[ -z "$prefix" ]] || include+=("-I$prefix/include")
  done < <(tr ':' '\n' <<<"${CMAKE_PREFIX_PATH:-}")
  # One call of the preprocessor, which copies the lines of those that it does not find.
  while read -r header package; do
    printf '#if !__has_include(<%s>)\n%s %s\n#endif\n' "$header" "$header" "$package"
  done < <(library_headers) | c++ -std=c++20 -E -P "${include[@]}" -x c++ - | sed '/^$/d'
}

missing_packages() {
  local entry
  for entry in c++=build-essential make=build-essential cmake=cmake ninja=ninja-build \
    ccache=ccache pkg-config=pkg-config git=git nm=binutils; do
    has_command "${entry%%=*}" || echo "${entry#*=}"
  done
  find_python >/dev/null || printf '%s\n' python3 python3-venv
  if needs_npm && ! has_command npm; then
    echo npm
  fi
  missing_headers | sed 's/.* //'
  [[ -d /usr/share/datasets/fashion-mnist || -d "$cache_root/eif-suite/fashion-mnist" ]] || echo dataset-fashion-mnist
}

# Of what is missing, the packages without which nothing can be built. ccache saves time, and data can be
# brought in other ways.
needed_to_build() {
  grep -vxE 'ccache|npm|dataset-fashion-mnist' || true
}

is_root() {
  ((EUID == 0))
}

install_packages() {
  local missing needed as_root=()
  mapfile -t missing < <(missing_packages | sort -u)
  ((${#missing[@]} > 0)) || return 0
  mapfile -t needed < <(printf '%s\n' "${missing[@]}" | needed_to_build)
  if ! has_command apt-get; then
    ((${#needed[@]} > 0)) || return 0
    progress setup "something is missing, and this machine has no apt-get to install it. Install what has"
    progress setup "these names on Debian, with the machine's own package manager, and start again:"
    echo "  ${needed[*]}" >&2
    missing_headers | sed 's/\(.*\) .*/  not found by the compiler: \1/' >&2
    exit 1
  fi
  if ! is_root; then
    if ! has_command sudo || ! sudo -n true 2>/dev/null; then
      ((${#needed[@]} > 0)) || return 0
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
