"""The program in a shell: completion in bash, zsh and fish, the manual page, and how much it says.

A shell that is not installed is skipped by its name.
"""

import contextlib
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from program import PROGRAM, ProgramTest, tiny_model

USAGE = 2


def needs(name):
    return unittest.skipUnless(shutil.which(name), f"there is no {name} here")


class CompletionTest(ProgramTest):
    # What is typed, and some of what it may go on with. An option before any command is run's.
    CASES = ((("",), {"run", "report", "matrix", "completion"}),
             (("re",), {"report", "reproduce"}),
             (("run", "--eng"), {"--engine"}),
             (("--desi",), {"--desideratum"}),
             (("run", "--engine", ""), {"auto", "replay", "dense"}),
             (("report", "--format", "j"), {"json", "junit"}),
             (("completion", ""), {"bash", "zsh", "fish"}),
             (("run", "--desideratum", "sym"), {"symmetry"}),
             (("run", "--desideratum", "symmetry,spars"), {"symmetry,sparsity"}))

    def script(self, shell):
        process = self.run_program("completion", shell)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        path = self.folder / f"completion.{shell}"
        path.write_text(process.stdout)
        return path

    def in_path(self):
        return {"PATH": f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"}

    def run_shell(self, *command):
        process = subprocess.run(command, cwd=self.folder, capture_output=True, text=True,
                                 env=self.environment(self.in_path()), timeout=120, check=False)
        self.assertEqual(process.stderr, "")
        return process.stdout.splitlines()

    @needs("bash")
    def test_bash(self):
        script = self.script("bash")
        for words, expected in self.CASES:
            with self.subTest(words):
                typed = " ".join(f"'{word}'" for word in ("eif-suite", *words))
                found = self.run_shell(
                    "bash", "--norc", "-c", f"source {script}; COMP_WORDS=({typed}); "
                    f"COMP_CWORD={len(words)}; _eif_suite; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
                self.assertLessEqual(expected, set(found))
                for word in found:
                    self.assertTrue(word.startswith(words[-1]), word)

    @needs("fish")
    def test_fish(self):
        script = self.script("fish")
        for words, expected in self.CASES:
            with self.subTest(words):
                typed = " ".join(("eif-suite", *words))
                lines = self.run_shell("fish", "--no-config", "-c",
                                       f"source {script}; complete -C '{typed}'")
                self.assertLessEqual(expected, {line.split("\t")[0] for line in lines})

    @needs("zsh")
    def test_zsh(self):
        script = self.script("zsh")
        for typed, shown in (("eif-suite rep", "report"), ("eif-suite run --engi", "--engine"),
                             ("eif-suite run --engine de", "dense"),
                             ("eif-suite completion f", "fish")):
            with self.subTest(typed):
                self.assertIn(shown, self.typed_into_zsh(script, typed + "\t"))

    def typed_into_zsh(self, script, keys):
        """What a terminal shows of zsh when the keys are typed."""
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], self.environment(
                {**self.in_path(), "TERM": "dumb", "PS1": "$ ", "ZDOTDIR": str(self.folder)}))
        try:
            os.write(terminal, f"autoload -Uz compinit; compinit -u -D; source {script}; "
                               "echo rea''dy\n".encode())
            self.read_until(terminal, "ready")
            os.write(terminal, keys.encode())
            return self.read_until(terminal, None)
        finally:
            os.kill(process, 9)
            os.waitpid(process, 0)
            os.close(terminal)

    @staticmethod
    def read_until(terminal, mark):
        """All that comes up to `mark`, or, where that is None, until nothing comes for two seconds."""
        shown, end = "", time.monotonic() + 60
        while time.monotonic() < end:
            ready, _, _ = select.select([terminal], [], [], 2 if mark is None else 30)
            if not ready:
                break
            shown += os.read(terminal, 4096).decode(errors="replace")
            if mark is not None and mark in shown:
                break
        return shown

    def test_another_shell_is_refused(self):
        self.assert_refused(self.run_program("completion", "tcsh"), USAGE,
                            'found "tcsh", expected one of bash, zsh, fish')


class ManTest(ProgramTest):
    def page(self):
        process = self.run_program("man")
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        return process.stdout

    def test_it_has_each_command_and_option(self):
        page = self.page().replace("\\-", "-")
        listed = re.split(r"\n\w*(?:Subcommands|SUBCOMMANDS):\s*\n", self.run_program("--help").stdout)[1]
        for command in re.findall(r"(?m)^  (\w+) ", listed.split("\nExamples")[0]):
            self.assertIn(f"\n.SS {command}\n", page)
        for option in ("--weight-decay", "--output", "--color"):
            self.assertIn(option, page)

    @needs("mandoc")
    def test_its_language_is_right(self):
        process = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=self.page(),
                                 capture_output=True, text=True, check=False)
        # It has a version in the place of a date, so that two builds write the same page.
        self.assertEqual([line for line in (process.stdout + process.stderr).splitlines()
                          if "missing date" not in line], [])


class ConfigTest(ProgramTest):
    def test_it_says_who_sets_what(self):
        (self.folder / "eif-suite.toml").write_text("seeds = 20\nengine = \"dense\"\n")
        process = self.run_program("config", "show", "--origin", environment={"EIF_SEEDS": "30"})
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("\nseeds = 30  # EIF_SEEDS\n", process.stdout)
        self.assertIn('\nengine = "dense"  # eif-suite.toml, line 2: engine\n', process.stdout)
        self.assertIn('\ncontrol = "none"  # default\n', process.stdout)

    def test_it_is_a_file_that_the_program_reads(self):
        (self.folder / "eif-suite.toml").write_text("engine = \"dense\"\n")
        shown = self.run_program("config", "show").stdout
        settings = self.folder / "no-config" / "eif-suite"
        settings.mkdir(parents=True)
        (settings / "config.toml").write_text(shown)
        (self.folder / "eif-suite.toml").unlink()
        again = self.run_program("config", "show")
        self.assertEqual(again.stdout, shown, again.stderr)

    def test_a_command_that_is_none_is_refused(self):
        self.assert_refused(self.run_program("config", "show", "mtrix"), USAGE,
                            'no command "mtrix". Did you mean \'matrix\'?')


class TalkTest(ProgramTest):
    RUN = ("run", "--model", tiny_model("llama_gqa_tied"), "--desideratum", "implication", "--seeds", 1,
           "--lr", "0.02")

    def test_quiet_says_errors_alone(self):
        (self.folder / "eif-suite.toml").write_text("seeds = 1\n")
        loud = self.run_program(*self.RUN, "--out", "a")
        self.assertIn("note: read eif-suite.toml", loud.stderr)
        self.assertIn("wrote a/run.json", loud.stderr)
        quiet = self.run_program(*self.RUN, "--out", "b", "--quiet")
        self.assertEqual(quiet.stdout.split(", seeds")[0][:40], loud.stdout[:40])
        self.assertNotIn("note:", quiet.stderr)
        self.assertNotIn("wrote", quiet.stderr)
        refused = self.run_program("run", "--model", "nothing", "--all", "--quiet")
        self.assertIn("error: ", refused.stderr)

    def test_verbose_names_the_plugins(self):
        process = self.run_program("list", "models", "--verbose")
        self.assertRegex(process.stderr, r"(?m)^loaded plugin cnn \S+: /")
        self.assertEqual(self.run_program("list", "models").stderr, "")

    def test_colours_where_they_are_asked_for(self):
        self.run_program(*self.RUN, "--out", "out")
        self.assertNotIn("\x1b[", self.run_program("report", "out").stdout)
        self.assertIn("\x1b[", self.run_program("report", "out", "--color", "always").stdout)
        self.assertIn("\x1b[", self.shown_on_terminal("report", "out"))
        self.assertNotIn("\x1b[", self.shown_on_terminal("report", "out", "--color", "never"))

    def shown_on_terminal(self, *arguments):
        controller, terminal = pty.openpty()
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, stdout=terminal,
                                   env=self.environment({"TERM": "xterm"}))
        os.close(terminal)
        shown = b""
        with contextlib.suppress(OSError):  # how reading ends when nobody writes any more
            while received := os.read(controller, 1 << 16):
                shown += received
        os.close(controller)
        self.assertEqual(process.wait(), 0)
        return shown.decode()


if __name__ == "__main__":
    unittest.main()
