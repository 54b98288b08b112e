"""Tests of fetch_gemma3.py: python -m pytest tools  (-m "not slow" leaves the real model out)."""

import json

import numpy
import pytest

import fetch_gemma3
from gguf_folder import FetchError, download_gguf

METADATA = {
    "gemma3.context_length": 32768,
    "gemma3.embedding_length": 640,
    "gemma3.block_count": 18,
    "gemma3.feed_forward_length": 2048,
    "gemma3.attention.head_count": 4,
    "gemma3.attention.head_count_kv": 1,
    "gemma3.attention.layer_norm_rms_epsilon": float(numpy.float32(1e-6)),
    "gemma3.attention.key_length": 256,
    "gemma3.rope.freq_base": 1000000.0,
    "gemma3.attention.sliding_window": 512,
    "tokenizer.ggml.tokens": ["<pad>", "<eos>", "<bos>", "  "],
    "tokenizer.ggml.bos_token_id": 2,
    "tokenizer.ggml.eos_token_id": 1,
    "tokenizer.ggml.padding_token_id": 0,
}


def test_config_is_read_as_the_published_one():
    # What transformers makes of google/gemma-3-270m's config.json, where it is not the default.
    import transformers

    config = transformers.Gemma3TextConfig(**fetch_gemma3.make_config(METADATA))
    windowed = ["sliding_attention"] * 5 + ["full_attention"]
    assert config.layer_types == windowed * 3
    assert config.rope_parameters["sliding_attention"]["rope_theta"] == 10000.0
    assert config.rope_parameters["full_attention"]["rope_theta"] == 1000000.0
    assert (config.query_pre_attn_scalar, config.head_dim, config.rms_norm_eps) == (256, 256, 1e-6)
    assert (config.sliding_window, config.tie_word_embeddings) == (512, True)


def test_norms_lose_the_one_that_gguf_adds():
    weight = numpy.array([1.5, 0.25], numpy.float32)
    for kind in ("attn_norm.weight", "attn_q_norm.weight", "post_ffw_norm.weight", "output_norm.weight"):
        assert fetch_gemma3.restore(kind, weight).tolist() == [0.5, -0.75]
    assert fetch_gemma3.restore("attn_q.weight", weight) is weight


def tokenizer_of(*tokens, added=()):
    return {
        "model": {"vocab": {token: token_id for token_id, token in enumerate(tokens)}},
        "added_tokens": [{"id": token_id} for token_id in added],
    }


def test_tokens_behind_the_vocabulary_are_left_out():
    fitting = fetch_gemma3.fitting_tokenizer(tokenizer_of("<pad>", "▁▁", added=[0, 2]), ["<pad>", "  "])
    assert fitting["added_tokens"] == [{"id": 0}]


def test_tokenizer_of_another_model_is_refused():
    with pytest.raises(FetchError, match="does not have the model's token 1, 'b'"):
        fetch_gemma3.fitting_tokenizer(tokenizer_of("a", "c"), ["a", "b"])


def test_texts_of_the_base_model_end_with_eos():
    config = {"bos_token": "<bos>", "eos_token": "<end_of_turn>", "unk_token": "<unk>",
              "pad_token": "<pad>", "model_max_length": 8, "add_bos_token": True,
              "add_eos_token": False, "chat_template": "no"}  # fmt: skip
    made = fetch_gemma3.make_tokenizer_config(config)
    assert made["eos_token"] == "<eos>" and "chat_template" not in made


@pytest.fixture(scope="module")
def work_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("gemma3")


@pytest.fixture(scope="module")
def gguf_path(work_folder):
    return download_gguf(fetch_gemma3.SOURCE, work_folder)


@pytest.fixture(scope="module")
def model_folder(work_folder, gguf_path):
    folder = work_folder / "model"
    folder.mkdir()
    tokenizer_folder = fetch_gemma3.download_tokenizer(work_folder)
    terms_path = fetch_gemma3.download_terms(work_folder)
    fetch_gemma3.convert(gguf_path, tokenizer_folder, terms_path, folder)
    return folder


@pytest.mark.slow
def test_weights_equal_those_of_transformers_own_gguf_reader(weights_unlike_transformers):
    # The same multiplications and additions.
    assert not weights_unlike_transformers


@pytest.mark.slow
def test_model_reads_english(model, tokenizer):
    import torch

    story = ("Once upon a time there was a little girl who lived in a small house in the woods with "
             "her mother and father. One day she went out")  # fmt: skip
    ids = tokenizer(story, return_tensors="pt").input_ids
    with torch.no_grad():
        loss = model(ids, labels=ids).loss.item()
    # Measured: 1.71 nats per token; 3.13 where the last norm keeps the 1 that GGUF adds.
    assert loss < 2


@pytest.mark.slow
def test_one_bos_stands_in_front_and_spaces_survive(tokenizer):
    text = "In  2024, Élodie paid"
    ids = tokenizer(text).input_ids
    assert ids[0] == tokenizer.bos_token_id and ids.count(tokenizer.bos_token_id) == 1
    assert tokenizer.decode(ids[1:]) == text


@pytest.mark.slow
def test_terms_travel_with_the_weights(model_folder):
    assert "Gemma Terms of Use" in (model_folder / "GEMMA_TERMS.html").read_text(encoding="utf-8")
    assert "ai.google.dev/gemma/terms" in (model_folder / "NOTICE.txt").read_text(encoding="utf-8")
    provenance = json.loads((model_folder / "provenance.json").read_text(encoding="utf-8"))
    assert "from 4-bit weights (Q4_K_M" in provenance["weights"]
    assert {"GEMMA_TERMS.html", "NOTICE.txt"} <= provenance["files"].keys()
