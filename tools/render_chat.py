#!/usr/bin/env python3
"""Renders chats by a model's own template, into samples for eif-suite.

    tools/render_chat.py MODEL chats.jsonl > samples.jsonl
    eif-suite matrix --model MODEL --samples samples.jsonl

MODEL is a folder with a Hugging Face tokenizer whose tokenizer_config.json has a chat template, or the
name of one in the Hugging Face cache. Each line of the file is a JSON object with `messages`, a list of
{"role": …, "content": …}, and maybe an `id`. The last message is what is trained on and scored, the
completion; all before it is the prompt, up to where the assistant begins to speak. The token that begins a
sequence is left out where the template writes it: eif-suite puts one in front itself.
"""

import argparse
import json
import sys


def render(tokenizer, messages):
    """Prompt and completion."""
    if len(messages) < 2 or messages[-1].get("role") != "assistant":
        raise ValueError("expected two messages or more, the last of them the assistant's")
    prompt = tokenizer.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    if not whole.startswith(prompt):
        raise ValueError(
            "the template writes earlier messages in another way once there is an answer; "
            "write prompt and completion by hand"
        )
    begin = tokenizer.bos_token or ""
    return prompt.removeprefix(begin), whole[len(prompt):]


def samples(tokenizer, lines, name):
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            chat = json.loads(line)
            prompt, completion = render(tokenizer, chat["messages"])
        except (ValueError, KeyError, TypeError) as error:
            reason = "there are no messages" if isinstance(error, KeyError) else error
            sys.exit(f"{name}:{number}: {reason}")
        yield {"id": chat.get("id", f"line_{number}"), "prompt": prompt, "completion": completion}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("file", metavar="FILE.jsonl", type=argparse.FileType(encoding="utf-8"))
    arguments = parser.parse_args()
    from transformers import AutoTokenizer  # takes seconds, which --help need not wait for

    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    if tokenizer.chat_template is None:
        sys.exit(f"{arguments.model} has no chat template; write prompt and completion by hand")
    for sample in samples(tokenizer, arguments.file, arguments.file.name):
        print(json.dumps(sample, ensure_ascii=False))


if __name__ == "__main__":
    main()
