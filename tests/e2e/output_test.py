"""What reaches standard output and standard error: whole or an error, and harmless to a terminal."""

import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import unittest

from program import PROGRAM, ProgramTest, as_text, tiny_model

MODEL = tiny_model("llama_gqa_tied")
USAGE = 2
NOT_MEASURED = 3
UNAVAILABLE = 4
SAMPLES = """
[[sample]]
id = "fact"
text = "a wug is a dax"
[[sample]]
id = "negation"
text = "a wug is not a dax"
"""
ESCAPES = "\x1b]0;pwned\x07\x1b[2J\u009b31m\n"


class OutputTest(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "samples.toml").write_text(SAMPLES)

    def make_model(self):
        """A copy, to be changed."""
        return pathlib.Path(shutil.copytree(MODEL, self.folder / "model"))

    def run_with_stdout(self, stdout, *arguments, **options):
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, stdout=stdout,
                              stderr=subprocess.PIPE, text=True, env=self.environment({}),
                              timeout=600, **options)

    def assert_harmless(self, text):
        for character in text:
            self.assertTrue(character == "\n" or character.isprintable() or character == "\t",
                            repr(character))

    # ---- Writing that fails ----

    def test_a_full_device_is_an_error_of_every_command(self):
        model = self.make_model()
        with open("/dev/full", "w") as full:
            for arguments in (("--help",), ("run", "--help"), ("--version",), ("list",),
                              ("list", "domains"), ("words",), ("domain", "squares"),
                              ("domain", "squares", "--json"), ("doctor",),
                              ("tokenize", "--model", model, "a wug"),
                              ("matrix", "--model", model, "--samples", "samples.toml", "--lr", "1e-4"),
                              ("matrix", "--model", model, "--samples", "samples.toml", "--lr", "1e-4",
                               "--format", "npy"),
                              ("sweep", "--model", model, "--samples", "samples.toml", "--format",
                               "json", "--from", "1e-4", "--to", "1e-3")):
                with self.subTest(arguments):
                    process = self.run_with_stdout(full, *arguments)
                    self.assertEqual(process.returncode, NOT_MEASURED, process.stderr)
                    self.assertIn("error: cannot write to standard output: No space left on device",
                                  as_text(process.stderr))

    def test_each_line_of_tokenize_is_written_or_an_error(self):
        with open("/dev/full", "w") as full:
            process = self.run_with_stdout(full, "tokenize", "--model", self.make_model(), "--jsonl",
                                           input='"a"\n"b"\n')
        self.assertEqual(process.returncode, NOT_MEASURED)
        self.assertIn("cannot write to standard output", process.stderr)

    def test_a_reader_that_went_away_is_an_error_and_no_signal(self):
        read, write = os.pipe()
        os.close(read)
        process = self.run_with_stdout(write, "list")
        os.close(write)
        self.assertEqual(process.returncode, NOT_MEASURED)
        self.assertIn("cannot write to standard output: Broken pipe", process.stderr)

    def test_a_closed_standard_output_is_an_error_and_no_file_takes_its_place(self):
        process = self.run_with_stdout(None, "words", preexec_fn=lambda: os.close(1))
        self.assertEqual(process.returncode, NOT_MEASURED)
        self.assertIn("cannot write to standard output: Bad file descriptor", process.stderr)

    # ---- Text that came from elsewhere ----

    def test_what_a_file_says_reaches_no_terminal_as_it_is(self):
        model = self.make_model()
        config = json.loads((model / "config.json").read_text())
        (model / "config.json").write_text(json.dumps(config | {"model_type": "x" + ESCAPES}))
        (self.folder / "keys.toml").write_text('"\\u001b[2J\\n" = 1\n')
        (self.folder / "id.toml").write_text('[[sample]]\nid = "\\u009b31m"\ntext = 3\n')
        # A tokenizer is read whatever the model_type.
        for arguments in (("matrix", "--model", model, "--samples", "samples.toml"),
                          ("matrix", "--model", model, "--samples", "keys.toml"),
                          ("matrix", "--model", model, "--samples", "id.toml"),
                          ("run", "--model", ESCAPES, "--all"),
                          ("run", ESCAPES), ("run", "--seeds", ESCAPES), (ESCAPES,),
                          ("list", "--plugin", "x" + ESCAPES)):
            with self.subTest(arguments):
                process = self.run_program(*arguments)
                self.assertNotEqual(process.returncode, 0)
                self.assertIn("\\x1b", process.stderr + "\\x1b" * ("id.toml" in arguments))
                self.assert_harmless(process.stdout + process.stderr)

    def test_a_message_is_one_line_and_no_megabyte(self):
        (self.folder / "eif-suite.toml").write_text('"' + "k" * 3_000_000 + '" = 1\n')
        process = self.run_program("list")
        self.assertEqual(process.returncode, USAGE)
        self.assertLess(len(process.stderr), 5000)
        self.assertEqual(process.stderr.count("\n"), 1)

    def test_ids_stand_on_their_line_of_a_table(self):
        (self.folder / "ids.toml").write_text(
            SAMPLES.replace("negation", "\\u202e\\u0085\\u2028negation"))
        process = self.run_program("matrix", "--model", self.make_model(), "--samples", "ids.toml",
                                   "--lr", "1e-4")
        if process.returncode == 0:
            self.assertIn("\\u202e", process.stdout)
        self.assert_harmless(process.stdout + process.stderr)

    def test_to_a_terminal_json_is_harmless_too(self):
        controller, terminal = pty.openpty()
        (self.folder / "ids.toml").write_text(SAMPLES.replace("a wug is not", "a\\u009b31m wug is not"))
        process = self.run_with_stdout(terminal, "matrix", "--model", self.make_model(), "--samples",
                                       "ids.toml", "--lr", "1e-4", "--format", "json")
        os.close(terminal)
        shown = os.read(controller, 1 << 16).decode()
        os.close(controller)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("\\u009b31m", shown)
        self.assertNotIn("\u009b", shown)

    def test_bytes_go_to_no_terminal(self):
        controller, terminal = pty.openpty()
        process = self.run_with_stdout(terminal, "matrix", "--model", "x", "--samples",
                                       "samples.toml", "--format", "npy")
        os.close(terminal)
        os.close(controller)
        self.assertEqual(process.returncode, USAGE)
        self.assertIn("--format npy is no text for a terminal; name a file with -o", process.stderr)

    # ---- Width ----

    def test_lists_fit_eighty_columns(self):
        for arguments in (("list",), ("doctor",), ("--help",), ("run", "--help"), ("matrix", "--help")):
            with self.subTest(arguments):
                for line in self.run_program(*arguments).stdout.splitlines():
                    # A path is one word, however long.
                    if max(map(len, line.split()), default=0) < 40:
                        self.assertLessEqual(len(line), 80, line)

    # ---- Hostile folders ----

    def test_a_zero_byte_does_not_hide_what_follows(self):
        model = self.make_model()
        with open(model / "config.json", "ab") as config:
            config.write(b'\0 {"model_type": "other"}')
        self.assert_refused(self.run_program("tokenize", "--model", model, "x"), UNAVAILABLE,
                            "config.json: is not JSON: found a zero byte at offset ")

    def test_a_list_of_objects_takes_time_by_its_length(self):
        model = self.make_model()
        config = json.loads((model / "config.json").read_text())
        (model / "config.json").write_text(json.dumps(config | {"x": [{}] * 250_000}))
        process = self.run_program("tokenize", "--model", model, "x")  # 25 s before, for a third of it
        self.assertEqual(process.returncode, 0, process.stderr)

    def test_too_many_samples_are_refused_before_anything_is_loaded(self):
        text = "".join(f'[[sample]]\nid = "{i}"\ntext = "a wug {i}"\n' for i in range(90_000))
        (self.folder / "many.toml").write_text(text)
        self.assert_refused(
            self.run_program("matrix", "--model", "x", "--samples", "many.toml", "--memory", "500MB"),
            USAGE, "a matrix of 90000 × 90000 samples (90000 × 90000 statements) would take ",
            "500 MB may be taken")

    def test_a_signal_ends_a_large_matrix(self):
        text = "".join(f'[[sample]]\nid = "{i}"\ntext = "a wug {i}"\n' for i in range(4_000))
        (self.folder / "many.toml").write_text(text)
        process = self.start_program("matrix", "--model", self.make_model(), "--samples", "many.toml",
                                     "--lr", "1e-4", "--dtype", "float64", "-o", "m.npy")
        # The first line of progress: rows are measured.
        self.wait_until(process, lambda: (self.folder / "stderr").stat().st_size > 0)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 128 + signal.SIGTERM)
        self.assertFalse((self.folder / "m.npy").exists())


if __name__ == "__main__":
    unittest.main()
