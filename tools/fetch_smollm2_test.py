"""Tests of fetch_smollm2.py: python -m pytest tools  (-m "not slow" leaves the real model out)."""

import json
import pathlib

import numpy
import pytest

import fetch_smollm2


def rotate(pairs_first, pairs_second, angles):
    """Turns the channel pairs (first, second) by `angles`."""
    return (
        pairs_first * numpy.cos(angles) - pairs_second * numpy.sin(angles),
        pairs_first * numpy.sin(angles) + pairs_second * numpy.cos(angles),
    )


def test_half_split_rows_keeps_the_attention_scores():
    # The scores of rotated queries and keys are what the order of rows must not change. GGUF's side
    # pairs channels 2i and 2i + 1, Hugging Face's side pairs i and i + width/2.
    heads, width, inputs = 3, 8, 5
    random = numpy.random.default_rng(1)
    query_weight, key_weight = random.normal(size=(2, heads * width, inputs))
    query_input, key_input = random.normal(size=(2, inputs))
    query_angles, key_angles = 7 * (angles := 0.5 ** numpy.arange(width // 2)), 2 * angles

    def gguf_side(weight, x, angles):
        channels = (weight @ x).reshape(heads, width)
        return numpy.concatenate(rotate(channels[:, 0::2], channels[:, 1::2], angles), axis=1)

    def hugging_face_side(weight, x, angles):
        channels = (fetch_smollm2.half_split_rows(weight, heads) @ x).reshape(heads, width)
        half = width // 2
        return numpy.concatenate(rotate(channels[:, :half], channels[:, half:], angles), axis=1)

    def scores(side):
        query = side(query_weight, query_input, query_angles)
        key = side(key_weight, key_input, key_angles)
        return (query * key).sum(axis=1)

    # float64 sums of 8 terms near 1: rounding is some 1e-15.
    numpy.testing.assert_allclose(scores(hugging_face_side), scores(gguf_side), atol=1e-12)


def tiny_tokenizer():
    tokens = ["<|im_start|>", *"0123456789ab", "Ġ", "12", "ab"]
    token_types = [fetch_smollm2.CONTROL_TOKEN] + [1] * (len(tokens) - 1)
    return fetch_smollm2.build_tokenizer(tokens, token_types, ["1 2", "a b"])


def test_tokenizer_splits_digits_one_by_one():
    assert tiny_tokenizer().encode("ab 12").tokens == ["ab", "Ġ", "1", "2"]


def test_tokenizer_keeps_control_tokens_whole_and_adds_none():
    assert tiny_tokenizer().encode("ab<|im_start|>ab").tokens == ["ab", "<|im_start|>", "ab"]


def write_complete_folder(folder):
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    provenance = {
        "converter_version": fetch_smollm2.CONVERTER_VERSION,
        "source": {"sha256": fetch_smollm2.GGUF_SHA256},
        "files": {"config.json": {"bytes": 2}},
    }
    (folder / "provenance.json").write_text(json.dumps(provenance))


def test_complete_folder_is_left_alone(tmp_path, monkeypatch):
    folder = tmp_path / "smollm2"
    write_complete_folder(folder)
    monkeypatch.setattr(fetch_smollm2, "download_gguf", lambda _: pytest.fail("downloaded again"))
    fetch_smollm2.fetch(folder)


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
def test_damaged_folder_is_replaced_as_a_whole(tmp_path, monkeypatch, damage):
    folder = tmp_path / "smollm2"
    write_complete_folder(folder)
    damage(folder)
    monkeypatch.setattr(fetch_smollm2, "download_gguf", lambda work: work / "any.gguf")
    monkeypatch.setattr(
        fetch_smollm2, "convert", lambda _, new_folder: (new_folder / "new").write_text("new")
    )
    fetch_smollm2.fetch(folder)
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".smollm2.lock", "smollm2"]


def test_failed_conversion_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*_):
        raise fetch_smollm2.FetchError("no")

    monkeypatch.setattr(fetch_smollm2, "download_gguf", lambda work: work / "any.gguf")
    monkeypatch.setattr(fetch_smollm2, "convert", fail)
    with pytest.raises(fetch_smollm2.FetchError):
        fetch_smollm2.fetch(tmp_path / "smollm2")
    assert [path.name for path in tmp_path.iterdir()] == [".smollm2.lock"]


def test_changed_gguf_is_refused(tmp_path):
    changed = tmp_path / "changed.gguf"
    changed.write_bytes(b"GGUF")
    with pytest.raises(fetch_smollm2.FetchError, match="changed.gguf .* has SHA-256 .*, expected"):
        fetch_smollm2.check_gguf(changed)


def test_unknown_tensor_is_refused():
    with pytest.raises(fetch_smollm2.FetchError, match="a tensor blk.0.attn_q.bias"):
        fetch_smollm2.hugging_face_name("blk.0.attn_q.bias")


def test_relative_cache_folder_is_ignored(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setenv("HOME", "/home/somebody")
    expected = pathlib.Path("/home/somebody/.cache/eif-suite/models/smollm2")
    assert fetch_smollm2.default_folder() == expected


@pytest.fixture(scope="module")
def gguf_path(tmp_path_factory):
    return fetch_smollm2.download_gguf(tmp_path_factory.mktemp("gguf"))


@pytest.fixture(scope="module")
def model_folder(gguf_path):
    folder = gguf_path.parent / "smollm2"
    folder.mkdir()
    fetch_smollm2.convert(gguf_path, folder)
    return folder


@pytest.fixture(scope="module")
def model(model_folder):
    import transformers

    return transformers.AutoModelForCausalLM.from_pretrained(model_folder).eval()


@pytest.fixture(scope="module")
def tokenizer(model_folder):
    import transformers

    return transformers.AutoTokenizer.from_pretrained(model_folder)


@pytest.mark.slow
def test_weights_equal_those_of_transformers_own_gguf_reader(gguf_path, model):
    import torch
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    reference = load_gguf_checkpoint(gguf_path, return_tensors=True, model_to_load=model)["tensors"]
    weights = dict(model.named_parameters())  # a tied head counts once
    assert weights.keys() == reference.keys()
    # Bit for bit: dequantising is one multiplication and one addition, the rest only moves numbers.
    different = [name for name in weights if not torch.equal(weights[name], reference[name])]
    assert not different


@pytest.mark.slow
def test_model_speaks_english(model, tokenizer):
    prompt = tokenizer("The capital of France is", return_tensors="pt")
    answer = tokenizer.decode(model.generate(**prompt, max_new_tokens=4, do_sample=False)[0])
    assert answer.startswith("The capital of France is Paris")


@pytest.mark.slow
def test_real_tokenizer_splits_digits_and_adds_no_bos(tokenizer):
    text = "In  2024, Élodie paid"
    ids = tokenizer(text).input_ids
    assert tokenizer.convert_ids_to_tokens(ids)[:7] == ["In", "ĠĠ", "2", "0", "2", "4", ","]
    assert tokenizer.decode(ids) == text
