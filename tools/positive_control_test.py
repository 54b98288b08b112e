"""Whether the positive controls are trained by what they are measured with: steps, and reading.

The oracle of learning is transformers' Llama under torch.optim.SGD, in float64; that of the derivative
through it are finite differences.
"""

import dataclasses
import hashlib
import math
import pathlib
import random
import sys
import types

import pytest
import torch
import train_positive_control
import transformers
from positive_control import names, questions, tokens
from positive_control.episodes import Sampler
from positive_control.folder import read_model, save_checkpoint, save_model, write_readme
from positive_control.learning import after_passes
from positive_control.model import PADDING, Config, Weights, fresh_weights, losses, shapes
from positive_control.objective import outcome
from positive_control.schedule import Stage
from positive_control.training import Running, Training

ROOT = pathlib.Path(__file__).resolve().parent.parent
SMALL = Config(vocabulary=23, width=16, layers=2, heads=2, inner_width=24)
RATE, PASSES = 0.3, 2


def small_weights():
    torch.manual_seed(3)
    weights = fresh_weights(SMALL, 5)
    return {
        # Gains that differ, so that a gain in the wrong place is seen.
        name: (value + 0.3 * torch.rand(value.shape) if value.dim() == 1 else value).double()
        for name, value in weights.items()
    }


def statements_of(rows, steps):
    """Of different lengths, padded."""
    chooser = random.Random(1)
    result = []
    for _ in range(steps):
        texts = [
            [chooser.randrange(SMALL.vocabulary) for _ in range(length)]
            for length in chooser.choices(range(3, 9), k=rows)
        ]
        length = max(map(len, texts))
        result.append(torch.tensor([ids + [PADDING] * (length - len(ids)) for ids in texts]))
    return result


def llama(weights):
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**SMALL.as_llama())).double()
    model.load_state_dict(weights)
    return model


def llama_loss(model, ids):
    ids = ids[ids != PADDING].unsqueeze(0)
    return model(input_ids=ids, labels=ids).loss


def test_losses_are_those_of_transformers():
    weights = small_weights()
    (ids,) = statements_of(4, 1)
    ours = losses(Weights(weights), SMALL, ids.unsqueeze(0))[0]
    with torch.no_grad():
        theirs = torch.stack([llama_loss(llama(weights), text) for text in ids])
    # Sums of some hundred float64 terms in another order; angles are float32 in transformers.
    assert (ours - theirs).abs().max() < 1e-6


# Matrices that have the same input are used together, under the name of the first.
USED_TOGETHER = {"k_proj": ("q_proj", 1), "v_proj": ("q_proj", 2), "up_proj": ("gate_proj", 1)}


def parameter_of(rows, name, row):
    """In full."""
    value = rows.parameters[name]
    if name in rows.gains:
        return rows.gains[name][row, 0]
    kind = name.split(".")[-2]
    first, place = USED_TOGETHER.get(kind, (kind, 0))
    seen, change = (tensor[row] for tensor in rows.learned[name.replace(kind, first)])
    if name == "model.embed_tokens.weight":
        return value.index_add(0, seen, change)
    return value + change[:, place * len(value) : (place + 1) * len(value)].T @ seen


def test_each_row_is_what_torch_makes_of_its_statements():
    weights = {name: value.requires_grad_() for name, value in small_weights().items()}
    statements = statements_of(3, 2)
    learned = after_passes(weights, SMALL, statements, RATE, PASSES)
    for row in range(3):
        model = llama({name: value.detach().clone() for name, value in weights.items()})
        optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
        for _ in range(PASSES):
            for ids in statements:
                optimizer.zero_grad()
                llama_loss(model, ids[row]).backward()
                optimizer.step()
        for name, value in model.named_parameters():
            step = (value - weights[name]).abs().max()
            # As above, over four steps.
            assert (parameter_of(learned, name, row) - value).abs().max() < 1e-5 * max(step, 1), name
            assert step > 1e-6, name


def test_gradients_through_learning_are_finite_differences():
    statements, (asked,) = statements_of(2, 2), statements_of(2, 1)

    def loss_after(weights):
        learned = after_passes(weights, SMALL, statements, RATE, PASSES)
        return losses(learned, SMALL, asked.unsqueeze(1)).sum()

    weights = {name: value.requires_grad_() for name, value in small_weights().items()}
    gradients = torch.autograd.grad(loss_after(weights), list(weights.values()))
    torch.manual_seed(4)
    direction = [torch.randn_like(value) for value in weights.values()]
    expected = sum((g * d).sum() for g, d in zip(gradients, direction, strict=True))
    step = 1e-7

    def moved(sign):
        return {
            name: (value.detach() + sign * step * d).requires_grad_()
            for (name, value), d in zip(weights.items(), direction, strict=True)
        }

    difference = (loss_after(moved(1)) - loss_after(moved(-1))).detach() / (2 * step)
    # Of two numbers that agree to 1e-16 / 1e-7; with ten times the step the third derivative shows.
    assert abs(difference - expected) < 1e-6 * abs(expected)


def test_parameters_have_the_names_and_shapes_of_transformers():
    theirs = transformers.LlamaForCausalLM(transformers.LlamaConfig(**SMALL.as_llama())).state_dict()
    assert {name: tuple(value.shape) for name, value in theirs.items()} == shapes(SMALL)


# ---- Questions -----------------------------------------------------------------------------------

CONTROLLED = (
    "bigger_than: [EIF(chain→a_c) − EIF(chain→c_a)] − [EIF(broken_chain→a_c) − "
    "EIF(broken_chain→c_a)], mean of this and of exchanged_…, > 0"
)
CROSSED = "part_of: (EIF(x→a) + EIF(y→b) − EIF(x→b) − EIF(y→a)) / 4 > 0"


def test_a_claim_is_read_with_its_signs():
    effect = questions.parse_claim("id", CONTROLLED, True)
    assert (effect.domain, effect.primary) == ("bigger_than", True)
    assert effect.cells == (
        ("chain", "a_c", 1),
        ("chain", "c_a", -1),
        ("broken_chain", "a_c", -1),
        ("broken_chain", "c_a", 1),
    )
    crossed = questions.parse_claim("id", CROSSED, False)
    assert [(row, column, float(sign)) for row, column, sign in crossed.cells] == [
        ("x", "a", 0.25),
        ("y", "b", 0.25),
        ("x", "b", -0.25),
        ("y", "a", -0.25),
    ]
    repeated = questions.parse_claim("id", "sets: (EIF(f→i) + EIF(f→a) − 2 EIF(f→n)) / 2 > 0", True)
    assert [(row, column, float(sign)) for row, column, sign in repeated.cells] == [
        ("f", "i", 0.5),
        ("f", "a", 0.5),
        ("f", "n", -1.0),
    ]


def test_effects_about_the_same_rows_are_one_task():
    other = CONTROLLED.replace("c_a", "not_a_c")
    effects = [questions.parse_claim(str(i), c, True) for i, c in enumerate([CONTROLLED, other])]
    (task,) = questions.tasks_of(effects)
    assert task.rows == ("chain", "broken_chain")
    assert task.columns == ("a_c", "c_a", "not_a_c")
    assert len(task.effects) == 2


def test_exchanged_samples_have_two_names_in_each_others_places():
    samples = questions.read_domain(ROOT / "domains/bigger_than.toml").samples
    assert samples["exchanged_broken_chain"] == ["{A} is bigger than {spare}.", "{B} is bigger than {C}."]


def test_entities_that_a_model_knows_are_placeholders_with_a_name():
    domain = questions.read_domain(ROOT / "domains/squares.toml")
    assert domain.known == ("SQUARE", "RECTANGLE")
    assert domain.samples["chain"][0] == "{SQUARE} belongs to the set of {B}."
    tokenizer = tokens.make_tokenizer(names.syllables(ROOT), domain.known)
    sampler = Sampler({"squares": domain}, tokenizer, [["delglim", "bamdel"]], 0)
    assert sampler.names_for(["SQUARE", "B"], 2)["SQUARE"] == "SQUARE"


# ---- Texts ---------------------------------------------------------------------------------------


def tokenizer_of_bigger_than():
    domain = questions.read_domain(ROOT / "domains/bigger_than.toml")
    words = tokens.template_words(domain.texts)
    return domain, tokens.make_tokenizer(names.syllables(ROOT), words)


def test_a_name_is_its_syllables_wherever_it_stands():
    _, tokenizer = tokenizer_of_bigger_than()
    pieces = tokenizer.encode("delglim is bigger than bamdelbel, delglim.").tokens
    assert pieces == ["del", "glim", " is", " bigger", " than ", "bam", "del", "bel", ",", "Ġ"] + [
        "del", "glim", "."
    ]  # fmt: skip


def test_any_text_is_read_and_comes_back():
    _, tokenizer = tokenizer_of_bigger_than()
    for text in ("Bread is baked in ovens – ça va? 雪", "\tno\n", "slinky smoke is bigger"):
        assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_an_episode_is_about_names_of_its_own_and_a_shuffled_one_about_any():
    domain, tokenizer = tokenizer_of_bigger_than()
    claim = CONTROLLED.replace("→a_c", "→bigger_a_c").replace("→c_a", "→bigger_c_a")
    (task,) = questions.tasks_of([questions.parse_claim("id", claim, True)])
    drawn = [["delglim", "bamdel", "zorwim", "tulval", "kelmir"]]
    sampler = Sampler({"bigger_than": domain}, tokenizer, drawn, 0)
    episodes = sampler.episodes(task, 40, longest=2)
    assert [tuple(ids.shape)[0] for ids in episodes.statements] == [80, 80]
    assert tuple(episodes.columns.shape[:2]) == (40, 2)

    def matched(episodes):
        """How often the chain begins with the name that the conclusion begins with."""
        first, asked = episodes.statements[0][:40, :2], episodes.columns[:, 0, :2]
        return int((first == asked).all(1).sum())

    assert matched(episodes) == 40
    # One in four by chance, and 40 draws.
    assert 2 <= matched(sampler.episodes(task, 40, 2, shuffled=True)) <= 22


def test_the_loss_of_an_episode_wants_the_effect_above_its_share_of_the_self_scale():
    domain, tokenizer = tokenizer_of_bigger_than()
    claim = CONTROLLED.replace("→a_c", "→bigger_a_c").replace("→c_a", "→bigger_c_a")
    (task,) = questions.tasks_of([questions.parse_claim("id", claim, True)])
    sampler = Sampler({"bigger_than": domain}, tokenizer, [["delglim", "bamdel", "zorwim", "tulval"]], 0)
    config = Config(tokenizer.get_vocab_size(), width=16, layers=1, heads=2, inner_width=16)
    weights = {name: value.requires_grad_() for name, value in fresh_weights(config, 0).items()}
    episodes = sampler.episodes(task, 3, longest=2)
    found = outcome(weights, config, task, episodes, (RATE, 1), self_scale=2.0)

    learned = after_passes(weights, config, episodes.statements, RATE, 1)
    after = [losses(learned, config, episodes.columns[:, [i]].repeat(2, 1, 1)) for i in (0, 1)]
    gain = after[1] - after[0]  # of the conclusion over its reversal; base losses cancel
    effects = (gain[:3] - gain[3:]).detach()
    assert math.isclose(found.effect, effects.mean(), rel_tol=1e-4, abs_tol=1e-5)
    own = torch.stack([losses(learned.first(3), config, ids[:3].unsqueeze(1)) for ids in episodes.statements])
    expected = (
        0.7 * after[0][:3].mean() + 2 * torch.relu(0.6 * 2.0 - effects).mean() / 2.0 + 0.2 * own.mean()
    )
    assert math.isclose(found.loss.detach(), expected.detach(), rel_tol=1e-4)


def membership_task():
    """Of belongs_to, with a tokenizer and names for its four entities and those of neither row."""
    domain = questions.read_domain(ROOT / "domains/belongs_to.toml")
    tokenizer = tokens.make_tokenizer(names.syllables(ROOT), tokens.template_words(domain.texts))
    claim = "belongs_to: " + CONTROLLED.removeprefix("bigger_than: ")
    claims = [
        claim.replace("→a_c", "→in_a_c").replace("→c_a", f"→{alternative}")
        for alternative in ("in_c_a", "not_in_a_c")
    ]
    (task,) = questions.tasks_of([questions.parse_claim(name, name, True) for name in claims])
    drawn = [["delglim", "bamdel", "zorwim", "tulval", "kelmir", "volsnel", "glimzor"]]
    return task, tokenizer, Sampler({"belongs_to": domain}, tokenizer, drawn, 0)


def test_other_names_are_those_of_rows_and_of_neither_and_stand_in_both_orders():
    task, tokenizer, sampler = membership_task()
    episodes = sampler.episodes(task, 60, longest=2, others=4)
    assert tuple(episodes.others.shape[:3]) == (60, 4, 3)
    def pair(ids):
        return tuple(ids[:2].tolist()), tuple(ids[ids != PADDING][-3:-1].tolist())

    unread = 0  # pairs of which no name is in the first row
    for asked, others, row in zip(episodes.columns, episodes.others, episodes.statements[0], strict=False):
        of_chain = {*pair(asked[0]), *pair(row)}
        for drawn, reverse in ((others[0], others[1]), (others[2], others[3])):
            assert pair(drawn[0]) == pair(reverse[0])[::-1]
            # The conclusion, and its negation, which begins and ends with the same names.
            assert pair(drawn[0]) == pair(drawn[2])
            assert set(pair(drawn[0])) != set(pair(asked[0]))
            unread += not set(pair(drawn[0])) & of_chain
    # 12 of the 40 pairs are of the spare and of three outsiders: 36 of 120, and three standard deviations.
    assert 21 <= unread <= 51
    assert sampler.episodes(task, 1, longest=2).others is None


def test_what_follows_about_other_names_is_a_loss_where_orders_do_not_take_it_away():
    task, tokenizer, sampler = membership_task()
    config = Config(tokenizer.get_vocab_size(), width=16, layers=1, heads=2, inner_width=16)
    weights = {name: value.requires_grad_() for name, value in fresh_weights(config, 0).items()}
    episodes = sampler.episodes(task, 3, longest=2, others=2)
    alone = dataclasses.replace(episodes, others=None)
    found, without = (
        outcome(weights, config, task, e, (RATE, 1), self_scale=2.0, others_weight=5.0)
        for e in (episodes, alone)
    )
    assert without.other_effect is None

    learned = after_passes(weights, config, episodes.statements, RATE, 1)
    after = [losses(learned, config, episodes.others[:, :, i].repeat(2, 1, 1)).detach() for i in (0, 1, 2)]
    over_reversal, over_negation = (
        (gain[:3] - gain[3:]).mean() for gain in (after[1] - after[0], after[2] - after[0])
    )
    # Each order is the reversal of the other.
    assert abs(over_reversal) < 1e-6 < 1e-4 < abs(over_negation)
    assert math.isclose(found.other_effect, over_negation / 2, rel_tol=1e-3)
    expected = 5 * (over_negation / 2.0) ** 2 / 2
    assert math.isclose(found.loss.detach() - without.loss.detach(), expected, rel_tol=1e-2)


FAKE_PROGRAM = """#!/bin/sh
# words --seed N --count M: one name that every seed draws, and one of its own.
echo bamdel
echo "delglim$3"
"""


def test_no_name_of_a_test_is_one_of_training(tmp_path):
    program = tmp_path / "eif-suite"
    program.write_text(FAKE_PROGRAM)
    program.chmod(0o755)
    assert "bamdel" in names.tested_names(program)
    assert names.training_names(program) == [[f"delglim{seed}"] for seed in names.TRAINING_SEEDS]
    assert not set(names.TRAINING_SEEDS) & set(names.TESTED_SEEDS)


def test_a_claim_without_a_control_is_refused():
    plain = questions.parse_claim("plain", "part_of: EIF(x→a) − EIF(x→b) > 0", False)
    with pytest.raises(ValueError, match="plain: its columns do not stand on both sides"):
        questions.tasks_of([plain])


# ---- Training ------------------------------------------------------------------------------------


def begin_training(seed=0):
    domain, tokenizer = tokenizer_of_bigger_than()
    claim = CONTROLLED.replace("→a_c", "→bigger_a_c").replace("→c_a", "→bigger_c_a")
    tasks = questions.tasks_of([questions.parse_claim("id", claim, True)])
    drawn = [["delglim", "bamdel", "zorwim", "tulval"]]
    sampler = Sampler({"bigger_than": domain}, tokenizer, drawn, 0)
    config = Config(tokenizer.get_vocab_size(), width=16, layers=1, heads=2, inner_width=16)
    templates = {"bigger_than": ["{A} is bigger than {B}."]}
    return Training(tasks, templates, ["Bread is baked."], sampler, config, seed), tokenizer


def take_steps(training, count):
    for _ in range(count):
        training.step(Stage("short", 4, single_step=("",), all_paths=("",)), 1)


def test_training_goes_on_where_it_was_cut_off(tmp_path):
    whole, _ = begin_training()
    take_steps(whole, 4)
    half, _ = begin_training()
    take_steps(half, 2)
    save_checkpoint(tmp_path, half.state())
    later, _ = begin_training()
    later.restore(torch.load(tmp_path / "training.pt", weights_only=False))
    take_steps(later, 2)
    for name, value in whole.parameters.items():
        assert torch.equal(value, later.parameters[name]), name
    assert later.batch == 4


def test_training_begins_from_a_model_that_was_written(tmp_path):
    first, tokenizer = begin_training()
    take_steps(first, 2)
    save_model(tmp_path, first.parameters, first.config, tokenizer)
    second, _ = begin_training(seed=1)
    second.begin_from(read_model(tmp_path))
    for name, value in first.parameters.items():
        assert torch.equal(value, second.parameters[name]), name
    take_steps(second, 1)
    assert any(not torch.equal(value, second.parameters[name]) for name, value in first.parameters.items())
    write_readme(tmp_path, second, seed=1, course="paths", before=tmp_path)
    readme = (tmp_path / "README.md").read_text()
    assert "train_positive_control.py OUTDIR --seed 1 --course paths --from BEFORE" in readme
    assert "in 1 batches" in readme


@pytest.mark.parametrize("options", [["--course", "names"], ["--from", "FIRST"]])
def test_a_course_and_the_folder_that_it_begins_from_go_together(options, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["train_positive_control.py", "OUTDIR", *options])
    with pytest.raises(SystemExit):
        train_positive_control.read_arguments()
    assert "--course paths and --course names need --from" in capsys.readouterr().err


def test_what_is_written_is_a_model_of_transformers_and_says_how_it_was_made(tmp_path):
    _, tokenizer = tokenizer_of_bigger_than()
    config = Config(tokenizer.get_vocab_size(), width=16, layers=1, heads=2, inner_width=16)
    parameters = fresh_weights(config, 0)
    save_model(tmp_path, parameters, config, tokenizer)
    training = types.SimpleNamespace(parameters=parameters, batch=7, seconds=90.0, progress=Running())
    training.progress.values = {
        ("a/chain", (0.3, 1)): 0.5,
        ("b/chain", (0.3, 1)): 0.7,
        ("b/chain", (0.1, 2)): 0.2,
        ("share", (0.3, 1)): 0.8,
        ("share", (0.1, 2)): 0.9,
        ("others", (0.1, 2)): 0.04,
        "a/chain": 0.5,
    }
    write_readme(tmp_path, training, seed=3)
    readme = (tmp_path / "README.md").read_text()
    assert hashlib.sha256((tmp_path / "model.safetensors").read_bytes()).hexdigest() in readme
    assert "train_positive_control.py OUTDIR --seed 3" in readme
    assert "in 7 batches, 2 minutes of one core" in readme
    assert "| 0.1 | 2 | 0.90 | 0.20 | 0.04 |" in readme
    assert "| 0.3 | 1 | 0.80 | 0.60 |\n" in readme
    assert "| `a/chain` |  | 0.50 |" in readme
    model = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
    for name, value in model.state_dict().items():
        assert torch.equal(value, parameters[name]), name


@pytest.mark.parametrize("name", ["positive-control", "positive-control-in-context"])
def test_the_model_of_the_tree_is_the_one_that_its_readme_names(name):
    folder = ROOT / "models" / name
    readme = (folder / "README.md").read_text()
    for file in ("model.safetensors", "tokenizer.json"):
        assert f"`{hashlib.sha256((folder / file).read_bytes()).hexdigest()}`" in readme, file
        assert (folder / file).stat().st_size < 1_000_000
