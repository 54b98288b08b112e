"""Tests of EifLibtorch.cmake on layouts that are made here: what is found, in which order, what is refused
and what is said. The last ones link a program against small libraries of libtorch's names."""

import os
import re
import subprocess
from pathlib import Path

import pytest

MODULE = Path(__file__).resolve().parent / "EifLibtorch.cmake"
LIBRARIES = ("libtorch.so", "libtorch_cpu.so", "libc10.so")
CUDA_LIBRARIES = ("libtorch_cuda.so", "libc10_cuda.so")


def make_libtorch(root: Path, version: str = "2.13.0", cuda: bool = False) -> Path:
    """The files that are looked at, with nothing else in them."""
    major, minor, patch = version.split(".")
    numbers = (
        "#pragma once\n"
        f"#define TORCH_VERSION_MAJOR {major}\n#define TORCH_VERSION_MINOR {minor}\n"
        f"#define TORCH_VERSION_PATCH {patch}\n#define TORCH_VERSION_ABI_TAG 0\n"
    )
    files = {
        "include/ATen/ATen.h": "",
        "include/c10/core/Device.h": "",
        "include/torch/headeronly/version.h": numbers,
        "include/torch/csrc/api/include/torch/version.h": numbers,
    }
    for name in LIBRARIES + (CUDA_LIBRARIES if cuda else ()):
        files["lib/" + name] = "_ZN3c105ErrorC1ENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def make_interpreter(prefix: Path) -> Path:
    """A Python environment without packages; its interpreter is what runs this test."""
    packages = prefix / "lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    (prefix / "bin").mkdir()
    interpreter = prefix / "bin/python"
    # Asked for torch, it looks into its own packages alone.
    interpreter.write_text(
        f'#!/bin/sh\nPYTHONPATH="{packages}" exec /usr/bin/env -u PYTHONHOME python3 -S -s "$@"\n'
    )
    interpreter.chmod(0o755)
    return packages


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH on which no python3 has a torch."""
    folder = tmp_path / "bare-path"
    folder.mkdir()
    (folder / "python3").write_text('#!/bin/sh\nPATH=/usr/bin:/bin exec python3 -S -s "$@"\n')
    (folder / "python3").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def find(bare_path: str, *definitions: str, **environment: str) -> tuple[list[str], str]:
    """What the module prints as a script: its lines, or none, and its message on one line."""
    kept = {name: os.environ[name] for name in ("HOME",) if name in os.environ}
    done = subprocess.run(
        ["cmake", *("-D" + definition for definition in definitions), "-P", str(MODULE)],
        env={**kept, "PATH": bare_path, **environment},
        capture_output=True,
        text=True,
    )
    message = re.sub(r"\s+", " ", done.stderr)
    assert (done.returncode == 0) == (message == ""), message
    return done.stdout.splitlines(), message


def test_a_zip_a_wheel_an_environment_and_torchs_own_cmake_package_are_one_libtorch(
    tmp_path: Path, bare_path: str
) -> None:
    root = make_libtorch(tmp_path / "env/lib/python3.11/site-packages/torch", "2.11.0")
    (root / "share/cmake/Torch").mkdir(parents=True)
    for named in (root, root.parent, tmp_path / "env", root / "share/cmake", root / "share/cmake/Torch"):
        for variable in ("EIF_LIBTORCH", "Torch_ROOT", "CMAKE_PREFIX_PATH"):
            assert find(bare_path, f"{variable}={named}")[0] == [str(root), "2.11.0", "cpu"]
            assert find(bare_path, **{variable: str(named)})[0] == [str(root), "2.11.0", "cpu"]


def test_a_cuda_build_is_one_that_has_its_libraries(tmp_path: Path, bare_path: str) -> None:
    root = make_libtorch(tmp_path / "libtorch", "2.14.1", cuda=True)
    assert find(bare_path, f"EIF_LIBTORCH={root}")[0] == [str(root), "2.14.1", "cuda"]


def test_the_order_of_places(tmp_path: Path, bare_path: str) -> None:
    named = make_libtorch(tmp_path / "named")
    prefix = make_libtorch(tmp_path / "prefix")
    own = make_libtorch(make_interpreter(tmp_path / "own") / "torch")
    active = make_libtorch(make_interpreter(tmp_path / "active") / "torch")
    (own / "__init__.py").touch()
    (active / "__init__.py").touch()
    everywhere = {
        "EIF_LIBTORCH": named,
        "CMAKE_PREFIX_PATH": f"/nowhere:{prefix}",
        "VIRTUAL_ENV": tmp_path / "active",
    }
    environment = {name: str(value) for name, value in everywhere.items()}
    for expected, without in (
        (named, "EIF_LIBTORCH"),
        (prefix, "CMAKE_PREFIX_PATH"),
        (own, ""),
    ):
        found, _ = find(bare_path, f"EIF_PYTHON={tmp_path}/own/bin/python", **environment)
        assert found[0] == str(expected)
        environment.pop(without, None)
    assert find(bare_path, **environment)[0][0] == str(active)


def test_conda_has_it_in_the_environment_itself(tmp_path: Path, bare_path: str) -> None:
    root = make_libtorch(tmp_path / "conda")
    assert find(bare_path, CONDA_PREFIX=str(root))[0][0] == str(root)


def test_what_was_asked_for_and_is_too_old_is_an_error(tmp_path: Path, bare_path: str) -> None:
    root = make_libtorch(tmp_path / "old", "2.10.9")
    (root / "include/torch/headeronly/version.h").unlink()  # as old ones are
    lines, message = find(bare_path, f"CMAKE_PREFIX_PATH={root}")
    assert lines == []
    assert (
        f"libtorch in {root} (named by CMAKE_PREFIX_PATH) is version 2.10.9, and 2.11 or newer is needed."
        " Get one with tools/setup.sh or 'pip install torch', or name the folder that has its include/"
        " and lib/: -DEIF_LIBTORCH=FOLDER." in message
    )


@pytest.mark.parametrize(
    "lost", ["include/ATen/ATen.h", "lib/libtorch.so", "lib/libc10.so", "lib/libc10_cuda.so"]
)
def test_a_file_that_is_missing_is_named(lost: str, tmp_path: Path, bare_path: str) -> None:
    root = make_libtorch(tmp_path / "libtorch", cuda=True)
    (root / lost).unlink()
    _, message = find(bare_path, f"EIF_LIBTORCH={root}")
    assert f"libtorch in {root} (named by EIF_LIBTORCH) is incomplete, without {lost}: install it again." in message


def test_the_strings_of_before_gcc_5_are_refused(tmp_path: Path, bare_path: str) -> None:
    root = make_libtorch(tmp_path / "libtorch")
    (root / "lib/libc10.so").write_text("_ZN3c105ErrorC1ESs")
    _, message = find(bare_path, f"EIF_LIBTORCH={root}")
    assert "was built with _GLIBCXX_USE_CXX11_ABI=0, and the program is built with 1" in message


def test_a_folder_without_libtorch_that_was_named_is_an_error(tmp_path: Path, bare_path: str) -> None:
    _, message = find(bare_path, f"EIF_LIBTORCH={tmp_path}")
    assert f"EIF_LIBTORCH is {tmp_path}, where there is no libtorch: neither include/ATen/ATen.h nor" in message


def test_nothing_anywhere_says_where_it_looked_and_what_it_passed_over(
    tmp_path: Path, bare_path: str
) -> None:
    _, message = find(bare_path)
    assert (
        "no libtorch was found that can be used: not in EIF_LIBTORCH, Torch_DIR or CMAKE_PREFIX_PATH, and"
        " not in a Python environment. Get one with" in message
    )
    root = make_libtorch(make_interpreter(tmp_path / "env") / "torch", "2.9.0")
    (root / "__init__.py").touch()
    _, message = find(bare_path, VIRTUAL_ENV=str(tmp_path / "env"))
    assert f"environment. libtorch in {root} is version 2.9.0, and 2.11 or newer is needed. Get" in message


def test_a_program_that_is_installed_takes_its_own_version_only(tmp_path: Path, bare_path: str) -> None:
    root = make_libtorch(tmp_path / "libtorch", "2.14.1")
    assert find(bare_path, f"EIF_LIBTORCH={root}", "EIF_LIBTORCH_VERSION=2.14.1")[0][1] == "2.14.1"
    _, message = find(bare_path, f"EIF_LIBTORCH={root}", "EIF_LIBTORCH_VERSION=2.13.0")
    assert "is version 2.14.1, and 2.13.0 is needed, with which the program was built." in message
    assert "pip install torch==2.13.0" in message


# --- A program is linked ---------------------------------------------------------------------------


def compile_library(folder: Path, name: str, source: str, *flags: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["c++", "-shared", "-fPIC", "-x", "c++", "-", "-o", folder / f"lib{name}.so",
         f"-Wl,-soname,lib{name}.so", *flags],
        input=source, text=True, check=True,
    )  # fmt: skip


def build_program(tmp_path: Path, root: Path) -> str:
    """Builds a program that calls libtorch_cpu alone; what its dynamic section says."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.cc").write_text(
        "#include <ATen/ATen.h>\nint cpu();\nint main() { return cpu(); }\n"
    )
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.24)\nproject(program LANGUAGES CXX)\n"
        f'include("{MODULE}")\neif_find_libtorch()\n'
        "list(APPEND CMAKE_BUILD_RPATH ${EIF_LIBTORCH_RUN_PATH})\n"
        # As the linker of some distributions does by itself.
        "add_link_options(LINKER:--as-needed)\n"
        "add_executable(program main.cc)\ntarget_link_libraries(program PRIVATE eif::libtorch)\n"
    )
    for command in (
        ["cmake", "-S", project, "-B", project / "build", f"-DEIF_LIBTORCH={root}"],
        ["cmake", "--build", project / "build"],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return subprocess.run(
        ["readelf", "-d", project / "build/program"], capture_output=True, text=True, check=True
    ).stdout


STRINGS = "#include <string>\nint c10(std::string) { return 0; }\n"


def test_cuda_is_linked_though_nothing_calls_it_and_nvidias_libraries_are_absent(tmp_path: Path) -> None:
    root = make_libtorch(tmp_path / "with a space/torch", cuda=True)
    nvidia, lib = tmp_path / "with a space/nvidia/cu13/lib", root / "lib"
    compile_library(nvidia, "cudart", "int cudart() { return 0; }")
    needs_cudart = ("-L" + str(nvidia), "-lcudart")
    compile_library(lib, "c10", STRINGS)
    compile_library(lib, "torch_cpu", "int cudart();\nint cpu() { return cudart(); }", *needs_cudart)
    compile_library(lib, "c10_cuda", "int cudart();\nint c10_cuda() { return cudart(); }", *needs_cudart)
    compile_library(lib, "torch_cuda", "int cudart();\nint cuda() { return cudart(); }", *needs_cudart)
    (nvidia / "libcudart.so").unlink()
    dynamic = build_program(tmp_path, root)
    needed = re.findall(r"NEEDED.*\[(.*)\]", dynamic)
    assert {"libtorch_cuda.so", "libc10_cuda.so", "libtorch_cpu.so"} <= set(needed)
    (run_path,) = re.findall(r"(?:RUNPATH|RPATH).*\[(.*)\]", dynamic)
    assert set(run_path.split(":")) == {str(lib), str(nvidia)}


def test_headers_of_other_libraries_beside_libtorchs_are_kept_out(tmp_path: Path) -> None:
    root = make_libtorch(tmp_path / "conda")
    compile_library(root / "lib", "c10", STRINGS)
    compile_library(root / "lib", "torch_cpu", "int cpu() { return 0; }")
    (root / "include/absl").mkdir()
    (root / "include/ATen/ATen.h").write_text(
        '#if __has_include("absl") || __has_include(<absl/of_conda.h>)\n#error conda\'s\n#endif\n'
    )
    (root / "include/absl/of_conda.h").touch()
    assert "libtorch_cpu.so" in build_program(tmp_path, root)
