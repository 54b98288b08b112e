"""What tests of models that were fetched share: a module that has these fixtures has one of `model_folder`."""

import pytest


@pytest.fixture(scope="module")
def model(model_folder):
    import transformers

    return transformers.AutoModelForCausalLM.from_pretrained(model_folder).eval()


@pytest.fixture(scope="module")
def tokenizer(model_folder):
    import transformers

    return transformers.AutoTokenizer.from_pretrained(model_folder)


@pytest.fixture(scope="module")
def weights_unlike_transformers(gguf_path, model):
    """Names of those that are not, bit for bit, what transformers' own reader of GGUF finds."""
    import torch
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    reference = load_gguf_checkpoint(gguf_path, return_tensors=True, model_to_load=model)["tensors"]
    weights = dict(model.named_parameters())  # a tied head counts once
    assert weights.keys() == reference.keys()
    return [name for name in weights if not torch.equal(weights[name], reference[name])]
