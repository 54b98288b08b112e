"""Tests of what setup.sh decides: which packages are missing, and which torch is taken. Nothing is installed;
the functions are called one by one, with programs of the test's own on PATH."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent
PYTHON = os.path.realpath(sys.executable)  # and not that of an environment
SOURCES = "".join(
    f'source "{TOOLS}/{name}.sh"\n' for name in ("common", "setup_packages", "setup_python")
)


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A PATH with what the scripts use, and without apt-get, dpkg or sudo."""
    folder = tmp_path / "bin"
    folder.mkdir()
    wanted = "bash cat c++ cc1plus dirname env grep head mktemp readlink sed sha256sum sort tail tr"
    for name in wanted.split() + ["make", "cmake", "ninja", "pkg-config", "git", "nm", "npm"]:
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    (folder / "python3").symlink_to(PYTHON)
    return folder


def call(function: str, path: Path, before: str = "", **environment: str) -> subprocess.CompletedProcess:
    script = (
        f"set -euo pipefail\n{SOURCES}\nlog=/dev/null; cache_root=/nowhere\n"
        f"needs_npm() {{ false; }}\n{before}\n{function}\n"
    )
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    return subprocess.run(
        ["bash", "-c", script],
        env={**kept, "PATH": str(path), **environment},
        capture_output=True,
        text=True,
    )


def program(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.is_symlink():
        file.unlink()
    file.write_text(text)
    file.chmod(0o755)
    return file


def test_a_library_is_there_when_the_compiler_finds_its_header(bin_folder: Path, tmp_path: Path) -> None:
    headers = "library_headers() { printf '%s\\n' 'eif_a.h liba-dev' 'eif/b.hpp libb-dev' 'vector none'; }"
    assert call("missing_headers", bin_folder, headers).stdout == "eif_a.h liba-dev\neif/b.hpp libb-dev\n"
    (tmp_path / "prefix/include/eif").mkdir(parents=True)
    (tmp_path / "prefix/include/eif/b.hpp").touch()
    prefix = f"/nowhere:{tmp_path}/prefix"
    found = call("missing_headers", bin_folder, headers, CMAKE_PREFIX_PATH=prefix).stdout
    assert found == "eif_a.h liba-dev\n"


def test_without_a_compiler_all_libraries_are_missing(bin_folder: Path) -> None:
    (bin_folder / "c++").unlink()
    missing = call("missing_packages", bin_folder).stdout.split()
    assert {"build-essential", "libabsl-dev", "libicu-dev"} <= set(missing)


def test_without_apt_nothing_is_installed_and_nothing_is_an_error_while_all_libraries_are_there(
    bin_folder: Path,
) -> None:
    done = call("install_packages", bin_folder, "library_headers() { echo vector none; }")
    assert (done.returncode, done.stderr) == (0, "")


def test_without_apt_what_is_missing_is_named(bin_folder: Path) -> None:
    done = call("install_packages", bin_folder, "library_headers() { echo eif_a.h liba-dev; }")
    assert done.returncode == 1
    assert "[setup] something is missing, and this machine has no apt-get to install it." in done.stderr
    assert "\n  liba-dev\n  not found by the compiler: eif_a.h\n" in done.stderr


def test_without_root_the_command_to_run_is_printed(bin_folder: Path) -> None:
    program(bin_folder / "apt-get", "#!/bin/sh\nexit 9\n")
    before = "library_headers() { echo eif_a.h liba-dev; }; is_root() { false; }"
    done = call("install_packages", bin_folder, before)
    assert done.returncode == 1
    assert "packages are missing and need root; run this, then the same command again:\n" in done.stderr
    assert "\nsudo apt-get install -y " in done.stderr
    assert "liba-dev" in done.stderr.splitlines()[-1].split()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--with"], "--with takes gemma3, found: nothing"),
        (["--with", "gemma"], "--with takes gemma3, found: gemma"),
        (["gemma3"], "takes only --with MODEL, found: gemma3"),
    ],
)
def test_only_models_that_it_can_fetch_may_be_asked_for(arguments: list[str], message: str) -> None:
    done = subprocess.run(["bash", TOOLS / "setup.sh", *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, f"[setup] {message}\n")


# --- torch -----------------------------------------------------------------------------------------


def python_with_torch(prefix: Path, version: str) -> Path:
    """An environment whose interpreter is python3 with a torch of this version in front."""
    packages = prefix / "packages"
    (packages / "torch").mkdir(parents=True)
    (packages / "torch/__init__.py").write_text("raise ImportError('torch is not to be imported')")
    (packages / f"torch-{version}.dist-info").mkdir()
    (packages / f"torch-{version}.dist-info/METADATA").write_text(
        f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n"
    )
    return program(
        prefix / "bin/python", f'#!/bin/sh\nPYTHONPATH="{packages}" exec "{PYTHON}" -s "$@"\n'
    )


def test_an_installed_torch_is_that_of_the_active_environment_and_then_python3s(
    bin_folder: Path, tmp_path: Path
) -> None:
    for name in ("venv", "conda"):
        python_with_torch(tmp_path / name, "2.11.0" if name == "venv" else "2.14.1+cu130")
    python_with_torch(tmp_path / "other", "2.12.1").rename(tmp_path / "python3")
    (bin_folder / "python3").unlink()
    (tmp_path / "python3").rename(bin_folder / "python3")
    everything = {"VIRTUAL_ENV": str(tmp_path / "venv"), "CONDA_PREFIX": str(tmp_path / "conda")}
    for version, folder, without in (
        ("2.11.0", "venv", "VIRTUAL_ENV"),
        ("2.14.1+cu130", "conda", "CONDA_PREFIX"),
        ("2.12.1", "other", ""),
    ):
        done = call("installed_torch", bin_folder, **everything)
        assert done.stdout.strip().split("\t")[1:] == [str(tmp_path / folder / "packages"), version]
        everything.pop(without, None)


def test_a_torch_that_is_too_old_is_not_taken(bin_folder: Path, tmp_path: Path) -> None:
    old = python_with_torch(tmp_path / "old", "2.10.0+cpu")
    done = call(f'usable_torch "{old}"', bin_folder)
    assert (done.returncode, done.stdout) == (1, "")


def test_an_environment_sees_the_installed_torch_behind_its_own_packages(
    bin_folder: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    torch_python = python_with_torch(tmp_path / "installed", "2.13.0")
    before = (
        f'venv="{venv}"\nmake_venv() {{ "$1" -m venv --without-pip "$venv"; }}\n'
        f'find_python() {{ echo "$1"; }}'
    )
    done = call("use_installed_torch", bin_folder, before, VIRTUAL_ENV=str(torch_python.parent.parent))
    assert done.returncode == 0, done.stderr
    packages = tmp_path / "installed/packages"
    assert f"[setup] using torch 2.13.0 of {packages}" in done.stderr
    path = subprocess.run(
        [venv / "bin/python", "-c", "import sys; print(*sys.path, sep='\\n')"],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    own = next(folder for folder in path if folder.startswith(str(venv)))
    assert path.index(own) < path.index(str(packages))


FAKE_PIP = '#!/bin/sh\necho "$*" >>"{log}"\ncase "$*" in *+cpu*) exit {cpu_status};; esac\n'


@pytest.mark.parametrize(
    ("gpu", "named", "cpu_status", "expected"),
    [
        ("false", "", 0, ["torch==2.13.0+cpu"]),
        ("false", "", 1, ["torch==2.13.0+cpu", "torch==2.13.0"]),
        ("true", "", 0, ["torch==2.13.0"]),
        ("false", "torch==2.14.1", 0, ["torch==2.14.1"]),
    ],
)
def test_pip_gets_the_build_without_cuda_where_there_is_no_gpu(
    gpu: str, named: str, cpu_status: int, expected: list[str], bin_folder: Path, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    program(tmp_path / "venv/bin/python", FAKE_PIP.format(log=calls, cpu_status=cpu_status))
    before = f'venv="{tmp_path}/venv"\nhas_gpu() {{ {gpu}; }}'
    done = call("install_torch", bin_folder, before, SETUP_TORCH=named)
    assert done.returncode == 0, done.stderr
    assert [line.split()[-1] for line in calls.read_text().splitlines()] == expected
    assert ("set PIP_EXTRA_INDEX_URL to the index of CPU builds" in done.stderr) == (cpu_status == 1)
