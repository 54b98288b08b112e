# The Python environment .venv and its torch. Sourced by setup.sh, not run. Reads: log, venv, venv_stamp.
# shellcheck shell=bash
#
# torch is gigabytes where it brings NVIDIA's libraries along. The first of these is taken:
#
#   1. what .venv has already
#   2. a torch 2.11 or newer that is installed: that of the active environment (VIRTUAL_ENV, CONDA_PREFIX),
#      then python3's. .venv is made for the same Python, and sees its packages behind its own
#   3. what pip finds for SETUP_TORCH, such as SETUP_TORCH=torch==2.14.1
#   4. where there is no NVIDIA GPU, the build without CUDA, if pip finds one
#   5. the build that pip finds, with CUDA
#
# To choose again, remove .venv.

pinned_torch=2.13.0

# Prints a Python that can make the environment, the first of those named or of the usual ones: new enough
# for the pinned numpy, with the module that puts pip into it (Debian keeps that in python3-venv), and no
# environment's own Python, which could be the one that is about to be remade.
find_python() {
  local candidate fit="import ensurepip, sys, venv
sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.base_prefix)"
  (($# > 0)) || set -- python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11
  for candidate in "$@"; do
    if "$candidate" -c "$fit" >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# If this Python has a torch that will do: prints the Python to make .venv with, the folder of its packages,
# and the version of torch, tab-separated. torch itself is not imported, which takes seconds.
usable_torch() {
  "$1" - 2>/dev/null <<'END'
import importlib.metadata, importlib.util, os, sys
spec = importlib.util.find_spec("torch")
version = importlib.metadata.version("torch")
if spec is None or spec.origin is None or sys.version_info < (3, 11):
    sys.exit(1)
if tuple(int(part) for part in version.split("+")[0].split(".")[:2]) < (2, 11):
    sys.exit(1)
packages = os.path.dirname(os.path.dirname(spec.origin))
base = getattr(sys, "_base_executable", None) or sys.executable
print(os.path.realpath(base), packages, version, sep="\t")
END
}

installed_torch() {
  local candidate
  for candidate in "${VIRTUAL_ENV:+$VIRTUAL_ENV/bin/python}" "${CONDA_PREFIX:+$CONDA_PREFIX/bin/python}" python3; do
    # .venv itself may be the active one, and is about to be remade.
    [[ -n "$candidate" && "$candidate" != "$venv/bin/python" ]] || continue
    usable_torch "$candidate" && return
  done
  return 1
}

has_gpu() {
  [[ -e /dev/nvidia0 || -e /dev/dxg ]] # the latter in WSL
}

# What the stamp must say. Where the environment is belongs to it: its scripts break when it moves.
stamp_text() {
  sha256sum <"$repo_root/tools/requirements.txt"
  echo "$venv"
}

venv_works() {
  [[ -x "$venv/bin/python" ]] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
    [[ ! -f "$venv_stamp" || "$(tail -n 1 -- "$venv_stamp")" == "$venv" ]]
}

pip_install() {
  run_logged setup "$log" "$venv/bin/python" -m pip install --disable-pip-version-check "$@" || exit 1
}

make_venv() {
  local python="$1"
  progress setup "making .venv with $python"
  rm -rf -- "$venv"
  run_logged setup "$log" "$python" -m venv "$venv" || exit 1
}

# Makes .venv for an installed torch, if there is one.
use_installed_torch() {
  local found python packages version
  found="$(installed_torch)" || return 1
  IFS=$'\t' read -r python packages version <<<"$found"
  python="$(find_python "$python")" || return 1 # without the venv module, say
  progress setup "using torch $version of $packages"
  make_venv "$python"
  # Behind .venv's own packages, so that a pinned version wins over an installed one.
  echo "$packages" >"$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/eif-installed-torch.pth"
}

install_torch() {
  local without_cuda="torch==$pinned_torch+cpu"
  if [[ -n "${SETUP_TORCH:-}" ]]; then
    progress setup "installing $SETUP_TORCH into .venv"
    pip_install "$SETUP_TORCH"
    return
  fi
  if ! has_gpu; then
    progress setup "installing torch $pinned_torch without CUDA into .venv"
    printf '\n$ pip install %s\n' "$without_cuda" >>"$log"
    if "$venv/bin/python" -m pip install --disable-pip-version-check "$without_cuda" >>"$log" 2>&1 </dev/null; then
      return
    fi
    progress setup "pip finds no build of torch $pinned_torch without CUDA. The one with CUDA follows, which is"
    progress setup "gigabytes. For the small one, stop this, set PIP_EXTRA_INDEX_URL to the index of CPU builds"
    progress setup "that PyTorch's installation page names, and start again"
  fi
  progress setup "installing torch $pinned_torch with CUDA into .venv"
  pip_install "torch==$pinned_torch"
}

set_up_python() {
  local python
  # The stamp is trusted only as long as the interpreter starts and torch is still where it was.
  if [[ -f "$venv_stamp" && "$(<"$venv_stamp")" == "$(stamp_text)" ]] &&
    usable_torch "$venv/bin/python" >/dev/null; then
    return
  fi
  if ! venv_works || ! usable_torch "$venv/bin/python" >/dev/null; then
    rm -f -- "$venv_stamp"
    if ! use_installed_torch; then
      if ! venv_works; then
        python="$(find_python)" || fail setup "no Python 3.11 or newer with its venv module was found"
        make_venv "$python"
      fi
      install_torch
    fi
  fi
  progress setup "installing the packages of tools/requirements.txt into .venv"
  rm -f -- "$venv_stamp"
  pip_install --requirement "$repo_root/tools/requirements.txt"
  stamp_text >"$venv_stamp"
}
