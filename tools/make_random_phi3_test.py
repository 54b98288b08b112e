"""What make_random_phi3.py writes is a checkpoint, in the eyes of the safetensors library."""

import json

import pytest
import safetensors
import torch

import make_random_phi3 as phi3

SHAPES = {"model.norm.weight": (6,), "a.weight": (8, 5), "b.weight": (5, 8)}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(phi3, "SHARD_BYTES", 100)  # the first two together have 92 bytes
    phi3.write_weights(tmp_path, SHAPES)
    return tmp_path


def read(folder):
    index = json.loads((folder / "model.safetensors.index.json").read_text())
    tensors = {}
    for name, file in index["weight_map"].items():
        with safetensors.safe_open(folder / file, "pt") as opened:
            tensors[name] = opened.get_tensor(name)
    return index, tensors


def test_shards_hold_what_the_index_says(folder):
    index, tensors = read(folder)
    assert index["metadata"]["total_size"] == 2 * (6 + 40 + 40)
    assert index["weight_map"] == {
        "model.norm.weight": "model-00001-of-00002.safetensors",
        "a.weight": "model-00001-of-00002.safetensors",
        "b.weight": "model-00002-of-00002.safetensors",
    }
    assert {name: tuple(tensor.shape) for name, tensor in tensors.items()} == SHAPES
    assert {tensor.dtype for tensor in tensors.values()} == {torch.bfloat16}


def test_norms_are_1_and_other_weights_small_and_distinct(folder):
    _, tensors = read(folder)
    assert torch.equal(tensors["model.norm.weight"], torch.ones(6, dtype=torch.bfloat16))
    a, b = tensors["a.weight"].flatten(), tensors["b.weight"].flatten()
    assert 0 < a.abs().max() < 6 * phi3.STANDARD_DEVIATION
    assert not torch.equal(a, b)


def test_phi3_mini_has_its_3_8_billion_parameters():
    # microsoft/Phi-3-mini-4k-instruct: 3,821,079,552 parameters in 195 tensors.
    shapes = phi3.shapes(32)
    assert len(shapes) == 195
    assert sum(map(phi3.size_of, shapes.values())) == 2 * 3_821_079_552


def test_a_folder_that_is_there_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["make_random_phi3.py", str(tmp_path)])
    with pytest.raises(SystemExit, match="is there already"):
        phi3.main()
