"""Whether the positive control in context is asked what the program asks: statements behind what is read."""

import functools
import hashlib
import random

import torch
import transformers
from positive_control import names, questions
from positive_control.documents import Contexts, joined
from positive_control.episodes import Sampler
from positive_control.folder import save_model, write_reading_readme
from positive_control.induction import weights_with_induction
from positive_control.material import ROOT
from positive_control.model import PADDING, Config, Weights, logits, losses
from positive_control.objective import losses_of_columns
from positive_control.reading import ABOUT_OTHERS, Reading, Stage
from positive_control.tokens import make_tokenizer, template_words

CLAIM = (
    "bigger_than: [EIF(chain→bigger_a_c) − EIF(chain→bigger_c_a)] − [EIF(broken_chain→bigger_a_c) − "
    "EIF(broken_chain→bigger_c_a)], mean of this and of exchanged_…, > 0"
)
SENTENCES = ["Bread is baked in ovens.", "Rivers carry sand to the sea.", "A clock has hands."] * 4
SIZES = {"width": 64, "layers": 2, "heads": 4, "inner_width": 32, "rope_theta": 1e6}


def sampler_of_bigger_than():
    domain = questions.read_domain(ROOT / "domains/bigger_than.toml")
    tokenizer = make_tokenizer(names.syllables(ROOT), template_words(domain.texts))
    drawn = [["delglim", "bamdel", "zorwim", "tulval", "kelmir", "volsnel", "glimzor"]]
    return Sampler({"bigger_than": domain}, tokenizer, drawn, 0), tokenizer


def reading():
    sampler, tokenizer = sampler_of_bigger_than()
    tasks = questions.tasks_of([questions.parse_claim("id", CLAIM, True)])
    config = Config(tokenizer.get_vocab_size(), **SIZES)
    return Reading(tasks, SENTENCES, sampler, config, seed=1), tokenizer


def test_the_loss_behind_a_context_is_that_of_transformers_without_its_first_token():
    config = Config(vocabulary=23, **SIZES)
    weights = {name: value.double() for name, value in weights_with_induction(config, 0).items()}
    chooser = random.Random(2)
    texts = [[torch.tensor(chooser.choices(range(23), k=k)) for k in lengths] for lengths in ([7, 4], [3, 5])]
    contexts, statements = zip(*texts, strict=True)
    found = losses(Weights(weights), config, *joined(contexts, statements))[0]

    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**config.as_llama())).double()
    model.load_state_dict(weights)
    for loss, context, statement in zip(found, contexts, statements, strict=True):
        ids = torch.cat((context, statement))
        labels = ids.clone()
        labels[: len(context) + 1] = -100  # not scored, in transformers
        expected = model(input_ids=ids.unsqueeze(0), labels=labels.unsqueeze(0)).loss
        # Angles are float32 in transformers.
        assert abs(loss - expected) < 1e-5


def test_what_stands_in_front_are_the_statements_of_a_row_on_lines():
    sampler, tokenizer = sampler_of_bigger_than()
    (task,) = questions.tasks_of([questions.parse_claim("id", CLAIM, True)])
    episodes = sampler.episodes(task, 3, longest=2)
    contexts = Contexts(sampler, SENTENCES)
    rows = contexts.of_rows(episodes)
    assert len(rows) == 3 * len(task.rows)
    lines = tokenizer.decode(rows[0].tolist()).split("\n")
    assert lines.pop() == ""
    assert lines == [
        tokenizer.decode([token for token in step[0].tolist() if token != PADDING])
        for step in episodes.statements
    ]
    assert [len(text) for text in contexts.neutral(rows)] == [len(row) for row in rows]


def test_a_model_begins_by_expecting_what_followed_a_token_before():
    config = Config(vocabulary=402, **SIZES)
    weights = weights_with_induction(config, 0)
    chooser = random.Random(3)
    texts = torch.tensor([chooser.sample(range(402), k=20) * 2 for _ in range(16)]).unsqueeze(0)
    following = texts[0, :, 1:]
    ranks = (logits(Weights(weights), config, texts)[0, :, :-1].argsort(-1, descending=True)).eq(
        following.unsqueeze(-1)
    ).int().argmax(-1)
    likely = (ranks < 10).double()
    # By chance one in forty is, as in the first half, where nothing is there to be copied.
    assert likely[:, 20:].mean() > 0.2
    assert likely[:, :19].mean() < 0.05


def test_a_stage_teaches_what_it_asks():
    ours, _ = reading()
    copying = Stage("copying", 0, ("",), (2,), copies=True)
    losses_seen = []
    for _ in range(30):
        ours.step(copying, 1)
        losses_seen.append(ours.progress.get("loss"))
    assert losses_seen[-1] < losses_seen[0] / 2
    assert "bigger_than/chain" not in ours.progress.values
    ours.step(Stage("concluding", 0, ("",), (2,)), 1)
    assert "bigger_than/chain" in ours.scales.values
    assert ABOUT_OTHERS not in ours.progress.values


def test_other_names_are_asked_about_behind_the_same_contexts():
    ours, _ = reading()
    (task,) = ours.tasks
    episodes = ours.sampler.episodes(task, 3, longest=2, others=2)
    contexts = ours.contexts.of_rows(episodes)
    losses_of = functools.partial(ours.losses_behind, contexts)
    found = losses_of_columns(task, losses_of, episodes.others)
    assert found.shape == (len(task.rows), 3 * 2, len(task.columns))
    # The second of two pairs of names of the third episode, in the second row, about the first column.
    context, asked = contexts[1 * 3 + 2], episodes.others[2, 1, 0]
    assert torch.allclose(found[1, 2 * 2 + 1, 0], ours.losses([context], [asked])[0], atol=1e-5)

    stage = Stage("concluding", 0, ("",), (2,), about_others=("",))
    for _ in range(3):
        ours.step(stage, 1)
    # A model that has learned little has nothing to say about others.
    assert abs(ours.progress.get(ABOUT_OTHERS)) < 0.2


def test_the_same_seed_gives_the_same_weights():
    torch.set_num_threads(1)  # as the script does: several threads add in any order
    one, other = reading()[0], reading()[0]
    for ours in (one, other):
        for _ in range(3):
            ours.step(Stage("concluding", 0, ("",), (2,)), 1)
    for name, value in one.parameters.items():
        assert torch.equal(value, other.parameters[name]), name


def test_what_is_written_is_a_model_of_transformers_and_says_how_it_was_made(tmp_path):
    ours, tokenizer = reading()
    ours.batch, ours.seconds = 7, 90.0
    ours.progress.values = {"loss": 1.0, "bigger_than/chain": 0.5, ABOUT_OTHERS: 0.25}
    save_model(tmp_path, ours.parameters, ours.config, tokenizer)
    write_reading_readme(tmp_path, ours, seed=3)
    readme = (tmp_path / "README.md").read_text()
    assert hashlib.sha256((tmp_path / "model.safetensors").read_bytes()).hexdigest() in readme
    assert "train_positive_control_in_context.py OUTDIR --seed 3" in readme
    assert "in 7 batches, 2 minutes of one core" in readme
    assert "| `bigger_than/chain` | 0.50 |" in readme
    assert "it should be nothing. It is 0.25.\n" in readme
    assert "loss" not in readme
    model = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
    for name, value in model.state_dict().items():
        assert torch.equal(value, ours.parameters[name]), name
