"""Tests of fetch_smollm2.py: python -m pytest tools  (-m "not slow" leaves the real model out)."""

import numpy
import pytest

import fetch_smollm2
from gguf_folder import FetchError, download_gguf


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


def test_unknown_tensor_is_refused():
    with pytest.raises(FetchError, match="a tensor blk.0.attn_q.bias, which a Llama model does not"):
        fetch_smollm2.NAMES.hugging_face_name("blk.0.attn_q.bias")


@pytest.fixture(scope="module")
def gguf_path(tmp_path_factory):
    return download_gguf(fetch_smollm2.SOURCE, tmp_path_factory.mktemp("gguf"))


@pytest.fixture(scope="module")
def model_folder(gguf_path):
    folder = gguf_path.parent / "smollm2"
    folder.mkdir()
    fetch_smollm2.convert(gguf_path, folder)
    return folder


@pytest.mark.slow
def test_weights_equal_those_of_transformers_own_gguf_reader(weights_unlike_transformers):
    # Dequantising is one multiplication and one addition, the rest only moves numbers.
    assert not weights_unlike_transformers


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
