"""What render_chat.py makes of chats, by a template of its own and by SmolLM2's kind of tokenizer."""

import json

import pytest
import tokenizers
import transformers

import render_chat

TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
CHAT = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Corvan."}]


@pytest.fixture
def tokenizer():
    fast = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>", vocab={"<unk>": 0, "<s>": 1},
                                                      merges=[]))
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=fast, bos_token="<s>", unk_token="<unk>", chat_template=TEMPLATE)


def test_the_answer_is_the_completion(tokenizer):
    assert render_chat.render(tokenizer, CHAT) == ("<user>Who?\n<assistant>", "Corvan.\n")


def test_ids_are_kept_or_made(tokenizer):
    lines = [json.dumps({"id": "a", "messages": CHAT}), "", json.dumps({"messages": CHAT})]
    rendered = list(render_chat.samples(tokenizer, lines, "chats.jsonl"))
    assert [sample["id"] for sample in rendered] == ["a", "line_3"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "chats.jsonl:1: Expecting"),
        ("{}", "chats.jsonl:1: there are no messages"),
        (json.dumps({"messages": CHAT[:1]}), "chats.jsonl:1: expected two messages or more"),
        (json.dumps({"messages": CHAT[::-1]}), "chats.jsonl:1: expected two messages or more"),
    ],
)
def test_errors_name_the_line(tokenizer, line, reason):
    with pytest.raises(SystemExit, match=reason):
        list(render_chat.samples(tokenizer, [line], "chats.jsonl"))


def test_a_template_that_rewrites_what_came_before(tokenizer):
    tokenizer.chat_template = "{{ messages | length }}" + TEMPLATE
    with pytest.raises(ValueError, match="in another way"):
        render_chat.render(tokenizer, CHAT)
