"""What the program answers before it measures anything."""

import json
import pathlib
import re
import tempfile
import unittest

from program import PROGRAM, ProgramTest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
USAGE = 2


def examples(help_text):
    """The command lines that a help shows, without the remarks behind them."""
    return [re.split(r"\s{2,}", line.strip())[0].split()[1:]
            for line in help_text.splitlines() if line.startswith("  eif-suite ")]


class HelpTest(ProgramTest):
    helps = {}  # by command: each is asked for once

    def help_of(self, *command):
        if command not in self.helps:
            process = self.run_program(*command, "--help")
            self.assertEqual(process.returncode, 0, process.stderr)
            self.assertEqual(process.stderr, "")
            self.helps[command] = process.stdout
        return self.helps[command]

    def commands(self):
        listed = re.split(r"\n\w*(?:Subcommands|SUBCOMMANDS):\s*\n", self.help_of())[1]
        return re.findall(r"(?m)^  (\w+) ", listed.split("\nExamples")[0])

    def test_every_example_is_a_command_with_options_that_it_has(self):
        commands = self.commands()
        self.assertGreaterEqual(len(commands), 10)
        seen = 0
        for shown_by in [(), *((command,) for command in commands)]:
            for example in examples(self.help_of(*shown_by)):
                seen += 1
                command = example[0] if not example[0].startswith("-") else "run"
                with self.subTest(example):
                    self.assertIn(command, commands)
                    has = set(re.findall(r"--[a-z-]+", self.help_of(command).split("Example")[0]))
                    self.assertLessEqual({word for word in example if word.startswith("--")},
                                         has | {"--help"})
        self.assertGreaterEqual(seen, 10)

    def test_every_command_says_what_it_is_for(self):
        for command in self.commands():
            with self.subTest(command):
                first = self.help_of(command).strip().splitlines()[0]
                self.assertRegex(first, r"^[A-Z].{20,}")

    def test_version_is_that_of_the_project(self):
        project = (SOURCE / "CMakeLists.txt").read_text()
        version = re.search(r"project\(eif-suite VERSION (\S+)", project)[1]
        process = self.run_program("--version")
        self.assertEqual((process.returncode, process.stdout), (0, version + "\n"))


class ListTest(ProgramTest):
    def test_list_shows_models_and_desiderata(self):
        process = self.run_program("list")
        self.assertEqual(process.returncode, 0, process.stderr)
        for name in ("cnn", "symmetry", "noise_invariance"):
            self.assertRegex(process.stdout, rf"(?m)^  {name} ")

    def test_list_shows_the_papers_desiderata_and_ours(self):
        process = self.run_program("list", "desiderata")
        for name in ("transitivity", "ontology", "causality", "compositionality", "implication",
                     "sparsity", "symmetry", "noise_invariance", "semantics", "rescue",
                     "paraphrase", "locality", "reversal", "forgetting"):
            self.assertRegex(process.stdout, rf"(?m)^  {name} ")

    def test_list_says_at_which_dose_each_question_about_texts_is_decided(self):
        beside_plateau = {"sparsity", "symmetry", "noise_invariance", "semantics", "locality"}
        text = self.run_program("list", "desiderata").stdout
        entries = re.split(r"(?m)^  (?=[a-z_]+ )", text)[1:]
        self.assertEqual(len(entries), 14)
        for entry in entries:
            name, words = entry.split()[0], " ".join(entry.split())
            found = re.search(r"text decided at dose 0\.9(, plateau beside it)?", words)
            self.assertIsNotNone(found, entry)
            self.assertEqual(found[1] is not None, name in beside_plateau, entry)

    def test_list_of_one_kind_leaves_the_other_out(self):
        models = self.run_program("list", "models").stdout
        self.assertIn("cnn", models)
        self.assertNotIn("symmetry", models)
        desiderata = self.run_program("list", "desiderata").stdout
        self.assertIn("symmetry", desiderata)
        self.assertNotIn("cnn", desiderata)

    def test_list_says_which_models_were_widened(self):
        models = self.run_program("list", "models").stdout
        self.assertRegex(models, r"smollm2 +SmolLM2-135M-Instruct, widened from 4-bit weights")
        self.assertRegex(models, r"gemma3 +Gemma 3 270M, widened from 4-bit weights")

    def test_a_plugin_takes_one_argument(self):
        process = self.run_program("list", "--plugin", "/no/such.so", "desiderata")
        self.assertIn("symmetry", process.stdout)
        self.assertNotIn("cnn ", process.stdout)
        self.assertEqual(process.stderr.count("skipped plugin"), 1)

    def test_list_of_something_else_is_refused(self):
        self.assert_refused(self.run_program("list", "colours"), USAGE, "colours")


class DrawTest(ProgramTest):
    def words(self, *arguments):
        process = self.run_program("words", "--count", 4, *arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout.split()

    def test_words_of_a_dictionary_are_left_out(self):
        first, second, third, fourth = self.words()
        (self.folder / "dictionary").write_text(f"zebra\n{second.capitalize()}\n")
        self.assertEqual(self.words("--reject-dictionary", "dictionary")[:3],
                         [first, third, fourth])
        process = self.run_program("domain", "belongs_to", "--reject-dictionary", "dictionary")
        self.assertIn(first, process.stdout)
        self.assertNotIn(second, process.stdout)
        self.assertIn(third, process.stdout)

    def test_too_many_words_are_refused(self):
        self.assert_refused(self.run_program("words", "--count", "100000000"), USAGE,
                            '--count: found "100000000", expected a whole number from 1 to 100000')

    def test_a_byte_order_mark_is_no_part_of_a_claim_or_word(self):
        (self.folder / "claims.txt").write_bytes(b"\xef\xbb\xbfIce floats.\r\nCats purr.\r\n")
        process = self.run_program("domain", "random_claim", "--claims", "claims.txt", "--json")
        texts = [sample["text"] for sample in json.loads(process.stdout)["samples"]]
        self.assertEqual(texts, [["Ice floats."], ["Cats purr."]])
        first, second, *_ = self.words()
        (self.folder / "dictionary").write_bytes(b"\xef\xbb\xbf" + first.encode() + b"\n")
        self.assertEqual(self.words("--reject-dictionary", "dictionary")[0], second)

    def test_claims_of_a_file_are_drawn_by_seed(self):
        claims = [f"This is claim {i}." for i in range(150)]
        (self.folder / "claims.txt").write_text("\n".join(claims))
        drawn = []
        for name, seed, count in (("random_claim", 1, 10), ("random_claim", 2, 10),
                                  ("random_claim_100", 1, 100)):
            process = self.run_program("domain", name, "--seed", seed, "--claims", "claims.txt",
                                       "--json")
            self.assertEqual(process.returncode, 0, process.stderr)
            texts = [sample["text"][0] for sample in json.loads(process.stdout)["samples"]]
            self.assertEqual(len(set(texts)), count)
            self.assertLessEqual(set(texts), set(claims))
            drawn.append(texts)
        self.assertNotEqual(drawn[0], drawn[1])


class UsageErrorTest(ProgramTest):
    def test_unknown_command(self):
        self.assert_refused(self.run_program("lst"), USAGE, 'unknown argument "lst".', "Did you mean 'list'?")

    def test_unknown_option(self):
        self.assert_refused(self.run_program("--model", "cnn", "--desideratm", "symmetry"), USAGE,
                            "unknown argument \"--desideratm\"", "Did you mean '--desideratum'?")

    def test_unknown_model(self):
        self.assert_refused(self.run_program("--model", "cn", "--all"), USAGE,
                            "no model 'cn'.", "Did you mean 'cnn'?", "There are: ")

    def test_folder_of_a_kind_of_model_that_no_backend_supports(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "config.json").write_text('{"model_type": "mamba"}')
            for name in (folder, "causal_lm:" + folder):
                self.assert_refused(
                    self.run_program("--model", name, "--all"), USAGE,
                    f"no model backend takes the folder {folder}: its config.json says model_type "
                    '"mamba". There ', "causal_lm (Hugging Face checkpoints of decoders: ",
                    "gemma, gemma2, gemma3_text, gpt2, ")

    def test_unknown_desideratum(self):
        self.assert_refused(self.run_program("--model", "cnn", "--desideratum", "symetry"), USAGE,
                            "no desideratum 'symetry'.", "Did you mean 'symmetry'?", "There are: ")

    def test_one_unknown_desideratum_among_known_ones(self):
        self.assert_refused(
            self.run_program("--model", "cnn", "--desideratum", "symmetry,noise_invarance"), USAGE,
            "no desideratum 'noise_invarance'.", "Did you mean 'noise_invariance'?")

    def test_no_model(self):
        self.assert_refused(self.run_program("--all"), USAGE, "say which model")

    def test_no_desideratum(self):
        self.assert_refused(self.run_program("--model", "cnn"), USAGE,
                            "say what to test: --all, or --desideratum a,b")

    def test_all_and_some_desiderata(self):
        self.assert_refused(
            self.run_program("--model", "cnn", "--all", "--desideratum", "symmetry"), USAGE,
            "--all and --desideratum exclude each other")

    def test_values_out_of_range(self):
        for arguments in (["--seeds", "0"], ["--seeds", "few"], ["--lr", "-1"],
                          ["--lr", "nan"], ["--momentum", "inf"], ["--memory", "0"],
                          ["--dtype", "float8"], ["--device", "tpu"], ["--engine", "fast"],
                          ["--control", "placebo"], ["--precision", "half"]):
            with self.subTest(arguments):
                self.assert_refused(self.run_program("--model", "cnn", "--all", *arguments), USAGE,
                                    arguments[1])

    def test_replay_of_an_optimizer_it_cannot_replay(self):
        self.assert_refused(
            self.run_program("--model", "cnn", "--all", "--optimizer", "adamw", "--engine", "replay"),
            USAGE, "linear in the gradients, which AdamW's are not: use --engine dense")

    def test_the_first_order_of_an_optimizer_that_has_none(self):
        self.assert_refused(
            self.run_program("--model", "cnn", "--all", "--optimizer", "adamw", "--engine", "linear"),
            USAGE, "--engine linear takes steps that are linear in the gradients", "dense")

    def test_recipes_that_an_engine_cannot_train(self):
        for arguments, message in (
                (["--adapter", "lora", "--engine", "replay"],
                 "use --engine adapters or dense, or --adapter none"),
                (["--engine", "adapters"], "give --adapter lora"),
                (["--lora-rank", "4"], "--lora-… options go with --adapter lora"),
                (["--adapter", "lora", "--freeze", "embed_tokens"],
                 "--lora-targets says what is adapted"),
                (["--epochs", "0"], "expected a whole number from 1 to 1000"),
                (["--adapter", "dora"], "expected one of none, lora")):
            with self.subTest(arguments):
                self.assert_refused(self.run_program("--model", "cnn", "--all", *arguments), USAGE,
                                    message)
    def test_mixed_products_of_what_has_none(self):
        for arguments, message in (
                (["--engine", "dense"],
                 "--precision mixed is how --engine replay multiplies, and the engine is dense"),
                ([], "--precision mixed is for texts, and cnn takes images")):
            with self.subTest(arguments):
                self.assert_refused(
                    self.run_program("--model", "cnn", "--all", "--precision", "mixed", *arguments),
                    USAGE, message, "--precision exact")
        self.assert_refused(
            self.run_program("--model", "smollm2", "--all", "--precision", "mixed", "--dtype",
                             "float64"),
            USAGE, "--precision mixed multiplies in 16 bits, and --dtype float64 asks for 64")

    def test_a_check_of_what_no_engine_measures(self):
        self.assert_refused(
            self.run_program("matrix", "--model", "cnn", "--samples", "a.toml", "--in-context",
                             "--check-against", "replay"),
            USAGE, "--check-against compares engines of fine-tuning")

    def test_a_check_by_an_engine_that_cannot_train_so(self):
        self.assert_refused(
            self.run_program("matrix", "--model", "cnn", "--samples", "a.toml", "--optimizer", "adamw",
                             "--lr", "1e-4", "--check-against", "linear"),
            USAGE, "--engine linear takes steps that are linear in the gradients")

    def test_all_in_a_file_gives_way_to_a_desideratum_on_the_command_line(self):
        (self.folder / "eif-suite.toml").write_text("all = true\n")
        # It gets as far as looking the name up.
        self.assert_refused(self.run_program("--model", "cnn", "--desideratum", "symetry"), USAGE,
                            "no desideratum 'symetry'.")

    def test_all_and_some_desiderata_in_one_file(self):
        (self.folder / "eif-suite.toml").write_text("all = true\ndesideratum = 'symmetry'\n")
        self.assert_refused(self.run_program("--model", "cnn"), USAGE,
                            "eif-suite.toml, line 1: all and eif-suite.toml, line 2: desideratum "
                            "exclude each other")

    def test_a_variable_without_what_it_goes_with(self):
        (self.folder / "mine.toml").write_text('[[sample]]\nid = "one"\ntext = "a wug"\n')
        self.assert_refused(
            self.run_program("matrix", "--model", "cnn", "--samples", "mine.toml", "--lr", 0.1,
                             environment={"EIF_TOP": "1"}),
            USAGE, "EIF_TOP: --top goes with --train, which was not given")

    def test_variables_that_exclude_each_other(self):
        self.assert_refused(
            self.run_program("--model", "cnn", "--all",
                             environment={"EIF_BUDGET": "3s", "EIF_SEEDS": "4"}),
            USAGE, "EIF_BUDGET and EIF_SEEDS exclude each other")

    def test_what_is_said_of_training_to_a_matrix_in_context(self):
        for arguments in (("--engine", "linear"), ("--epochs", 3), ("--lr", 0.1),
                          ("--adapter", "lora"), ("--precision", "mixed")):
            with self.subTest(arguments):
                self.assert_refused(
                    self.run_program("matrix", "--model", "cnn", "--samples", "mine.toml",
                                     "--in-context", *arguments),
                    USAGE, arguments[0], "--in-context", "exclude each other")

    def test_what_a_matrix_cannot_use(self):
        for arguments, message in (
                (("--check-samples", 1), "--check-samples goes with --check-against"),
                (("--context-base", "nothing"), "--context-base goes with --in-context")):
            with self.subTest(arguments):
                self.assert_refused(
                    self.run_program("matrix", "--model", "cnn", "--samples", "mine.toml",
                                     *arguments), USAGE, message)

    def test_passes_without_a_dose(self):
        self.assert_refused(self.run_program("--model", "cnn", "--all", "--max-passes", 5), USAGE,
                            "--max-passes goes with --dose, which was not given")

    def test_advice_for_steps_that_are_not_linear_leads_somewhere(self):
        for recipe, advice in ((("--adapter", "lora"), "or use --adapter none"),
                               (("--optimizer", "adamw"), "or use --optimizer sgd")):
            for command in (("run", "--all", "--explain"),
                            ("matrix", "--train", "a.jsonl", "--query", "b.jsonl", "--top", 3)):
                with self.subTest((recipe, command)):
                    process = self.run_program(*command, "--model", "cnn", *recipe)
                    self.assert_refused(process, USAGE, "leave out --", advice)
                    self.assertNotIn("--engine", process.stderr)

    def test_config_show_notes_what_the_file_sets_for_the_command_that_is_shown(self):
        (self.folder / "eif-suite.toml").write_text("seeds = 3\ntop = 2\n")
        process = self.run_program("config", "show")
        self.assertIn("which sets seeds", process.stderr)
        self.assertIn("seeds = 3", process.stdout)
        shown = self.run_program("config", "show", "matrix", "--origin")
        self.assertIn("which sets nothing here", shown.stderr)
        self.assertIn("# only with --train: top = 2  # eif-suite.toml, line 2: top", shown.stdout)

    def test_bad_claims_name_file_and_line(self):
        (self.folder / "claims.txt").write_text("Ice floats.\n\nIce floats.\n")
        for command in (("--model", "cnn", "--all"), ("domain", "random_claim")):
            with self.subTest(command):
                self.assert_refused(
                    self.run_program(*command, "--claims", "claims.txt"), USAGE,
                    "claims.txt:3: the claim is already on line 1; claims are distinct")

    def test_missing_claims(self):
        self.assert_refused(self.run_program("--model", "cnn", "--all", "--claims", "none.txt"),
                            USAGE, "none.txt")

    def test_claims_of_another_domain(self):
        (self.folder / "claims.txt").write_text("Ice floats.\n")
        self.assert_refused(self.run_program("domain", "squares", "--claims", "claims.txt"), USAGE,
                            "--claims goes with random_claim and random_claim_100")

    def test_dictionary_without_words(self):
        (self.folder / "words").write_text("12\n")
        for command in (("--model", "cnn", "--all"), ("words",), ("domain", "squares")):
            with self.subTest(command):
                self.assert_refused(
                    self.run_program(*command, "--reject-dictionary", "words"), USAGE,
                    "words:1: there is no word of ASCII letters; expected one word a line")

    def test_with_json_errors_are_json(self):
        for arguments, message in (
                (("run", "--model", "cnn", "--desideratum", "nothing", "--json"),
                 "no desideratum 'nothing'"),
                (("matrix", "--no-such", "--format", "json"), "--no-such")):
            with self.subTest(arguments):
                process = self.run_program(*arguments)
                self.assert_refused(process, USAGE)
                [line] = process.stderr.splitlines()
                self.assertIn(message, json.loads(line)["error"])

    def test_bad_environment_names_the_variable(self):
        process = self.run_program("--model", "cnn", "--all", environment={"EIF_SEEDS": "few"})
        self.assert_refused(process, USAGE, 'EIF_SEEDS: found "few", expected a whole number from 1')

    def test_a_mistyped_variable_is_refused(self):
        process = self.run_program("list", environment={"EIF_SEDES": "20"})
        self.assert_refused(process, USAGE, "EIF_SEDES: no option has this variable.",
                            "Did you mean 'EIF_SEED")

    def test_the_project_file_names_no_file_to_load_read_or_write(self):
        for key in ("plugin", "output", "out", "weights", "data", "samples", "claims",
                    "reject-dictionary"):
            with self.subTest(key):
                (self.folder / "eif-suite.toml").write_text(f"seeds = 3\n{key} = 'x'\n")
                for command in (("list",), ("doctor",), ("tokenize", "--model", ".", "x"),
                                ("--model", "cnn", "--all")):
                    self.assert_refused(self.run_program(*command), USAGE,
                                        f"eif-suite.toml, line 2: {key}: a file or folder")

    def test_code_of_the_project_file_does_not_run(self):
        plugin = self.folder / "evil.so"
        plugin.write_bytes(pathlib.Path(PROGRAM).read_bytes()[:4096])
        (self.folder / "eif-suite.toml").write_text("plugin = './evil.so'\n")
        process = self.run_program("list")
        self.assert_refused(process, USAGE, "line 1: plugin: ")
        self.assertNotIn("skipped plugin", process.stderr)  # it was not even looked at

    def test_the_project_file_names_no_checkpoint(self):
        (self.folder / "eif-suite.toml").write_text("model = './checkpoint'\n")
        self.assert_refused(self.run_program("--all"), USAGE,
                            'eif-suite.toml, line 1: model: "./checkpoint" is a file or folder')

    def test_that_the_project_file_was_read_is_said(self):
        (self.folder / "eif-suite.toml").write_text("seed = 3\ncount = 2\n")
        process = self.run_program("words")
        self.assertEqual(process.returncode, 0)
        self.assertEqual(process.stderr, "note: read eif-suite.toml of the working directory, which "
                                         "sets count, seed\n")
        self.assertEqual(process.stdout.split(),
                         self.run_program("words", "--seed", 3, "--count", 2).stdout.split())

    def test_bad_key_in_the_project_file_names_file_and_line(self):
        (self.folder / "eif-suite.toml").write_text("model = 'cnn'\nseads = 3\n")
        self.assert_refused(self.run_program("--all"), USAGE,
                            "eif-suite.toml, line 2: seads: no such option.", "Did you mean 'seeds'?")


if __name__ == "__main__":
    unittest.main()
