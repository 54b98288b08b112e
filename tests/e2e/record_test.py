"""The record of a run: what it holds, how it survives, and what is made from it. A tiny model."""

import json
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from program import PROGRAM, ProgramTest, tiny_model

MODEL = tiny_model("llama_gqa_tied")
USAGE, NOT_MEASURED = 2, 3
RUN = ("run", "--model", MODEL, "--desideratum", "reversal", "--lr", "0.02")
LONGER_RUN = ("run", "--model", MODEL, "--desideratum", "implication", "--lr", "0.02")
# Numbers that depend on the clock, or on how often the run was begun.
OF_THE_CLOCK = {"load_seconds", "measure_seconds", "rate_seconds", "started_at", "resumed_at",
                "command_line", "fine_tuned_rows"}


def without_clock(value):
    if isinstance(value, dict):
        return {key: without_clock(entry) for key, entry in value.items()
                if key not in OF_THE_CLOCK}
    if isinstance(value, list):
        return [without_clock(entry) for entry in value]
    return value


class RecordTest(ProgramTest):
    def read_run(self, folder="out"):
        return json.loads((self.folder / folder / "run.json").read_text())

    def seeds(self, folder="out"):
        path = self.folder / folder / "run.json"
        if not path.exists():
            return 0
        return len(json.loads(path.read_text())["context"]["models"][0]["seeds"])


class RequestTest(RecordTest):
    """Every option of `run` that decides a number is in the record."""

    # Where a run is kept and how it is shown.
    OTHERS = {"help", "out", "fresh", "format", "json", "output", "quiet", "verbose", "color", "gate",
              "more-seeds",  # a run of its own, which has them as its seeds
              "budget",  # decides which seeds there are, and those are there
              "dry-run",
              "tag"}  # what a run is called by

    def test_every_option_is_in_the_request(self):
        process = self.run_program(*RUN, "--seeds", 1, "--out", "out")
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        keys = self.read_run()["request"].keys()
        help_text = self.run_program("run", "--help").stdout
        options = set(re.findall(r"(?m)^ .*?--([a-z-]+)", help_text)) - self.OTHERS
        self.assertIn("max-grad-norm", options)
        for option in options:
            self.assertIn(option.replace("-", "_"), keys)

    def test_values_are_recorded_whatever_they_come_from(self):
        process = self.run_program(
            *RUN, "--seeds", 1, "--out", "out", "--momentum", 0.5, "--bos", "never", "--json",
            environment={"EIF_MAX_GRAD_NORM": "2", "EIF_WEIGHT_DECAY": "0.25"})
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        request = json.loads(process.stdout)["request"]
        self.assertEqual(request["max_grad_norm"], 2)
        self.assertEqual(request["weight_decay"], 0.25)
        self.assertEqual(request["momentum"], 0.5)
        self.assertEqual(request["bos"], "never")
        self.assertEqual(request["lr"], "0.02")
        self.assertEqual(request["engine"], "replay")


class TagsTest(RecordTest):
    def test_are_kept_and_shown_and_decide_nothing(self):
        process = self.run_program(*RUN, "--seeds", 1, "--out", "out", "--tag", "commit=abc1234",
                                   "--tag", "data=old")
        self.assertIn("tags: commit=abc1234, data=old", process.stdout)
        # The same run goes on, and is called differently.
        process = self.run_program(*RUN, "--seeds", 1, "--out", "out", "--tag", "data=new")
        self.assertIn("1 of 1 seeds are there", process.stderr)
        self.assertEqual(self.read_run()["context"]["tags"], {"commit": "abc1234", "data": "new"})
        page = self.run_program("report", "out", "--format", "html").stdout
        self.assertIn("commit=abc1234, data=new", page)

    def test_of_another_form_are_refused(self):
        process = self.run_program(*RUN, "--tag", "abc1234")
        self.assertEqual(process.returncode, USAGE)
        self.assertIn("expected KEY=VALUE", process.stderr)
        process = self.run_program(*RUN, "--tag", "a=1", "--tag", "a=2")
        self.assertEqual(process.returncode, USAGE)
        self.assertIn("--tag a is given as 1 and as 2", process.stderr)


class ReadingTest(RecordTest):
    def test_that_reading_helps_no_sample_is_a_finding(self):
        process = self.run_program("run", "--model", MODEL, "--desideratum", "rescue", "--lr", "0.02",
                                   "--seeds", 2, "--json")
        rescue = json.loads(process.stdout)["results"][0]
        self.assertIn("reading a sample does not make it likelier", rescue["error"])
        self.assertEqual(rescue["verdict"], "not measured")
        self.assertEqual(process.returncode, 0, process.stderr)


class PrecisionTest(RecordTest):
    """--precision: mixed by itself for 16-bit weights, and in the record."""

    def precision(self, *arguments):
        process = self.run_program(*RUN, "--seeds", 1, "--json", "--out", "out", "--fresh", *arguments)
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        return json.loads(process.stdout)["request"]["precision"]

    def test_it_is_recorded_as_what_it_came_to(self):
        self.assertEqual(self.precision(), "exact")
        self.assertEqual(self.precision("--precision", "mixed"), "mixed")
        self.assertEqual(self.precision("--dtype", "bfloat16"), "mixed")
        self.assertEqual(self.precision("--dtype", "bfloat16", "--precision", "exact"), "exact")
        self.assertEqual(self.precision("--dtype", "bfloat16", "--engine", "dense"), "exact")


class SurvivalTest(RecordTest):
    def test_after_a_kill_the_same_command_measures_what_is_missing(self):
        command = (*LONGER_RUN, "--seeds", 5, "--deterministic", "--threads", 1)
        whole = self.run_program(*command, "--out", "whole")
        self.assertIn(whole.returncode, (0, NOT_MEASURED), whole.stderr)
        process = self.start_program(*command, "--out", "out")
        self.wait_until(process, lambda: self.seeds() >= 3)
        process.send_signal(signal.SIGKILL)
        process.wait()
        there = self.seeds()
        before = self.read_run()
        self.assertEqual(before["ended"], "unfinished")
        if there == 5:
            self.skipTest("it was faster than the kill")
        again = self.run_program(*command, "--out", "out")
        self.assertEqual(again.returncode, whole.returncode, again.stderr)
        self.assertIn(f"going on with the run in out: {there} of 5 seeds are there", again.stderr)
        self.assertEqual(without_clock(self.read_run()), without_clock(self.read_run("whole")))

    def test_a_run_that_is_complete_is_only_read(self):
        first = self.run_program(*RUN, "--seeds", 2, "--out", "out")
        second = self.run_program(*RUN, "--seeds", 2, "--out", "out")
        self.assertIn("2 of 2 seeds are there", second.stderr)
        self.assertNotIn("rows/s", second.stderr)
        self.assertEqual(second.returncode, first.returncode)

    def test_a_default_folder_goes_on_too(self):
        process = self.start_program(*RUN, "--seeds", 400)
        folders = lambda: sorted((self.folder / "eif-out").glob("*/run.json"))
        self.wait_until(process, folders)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = self.start_program(*RUN, "--seeds", 400)
        self.wait_until(process, lambda: b"going on" in (self.folder / "stderr").read_bytes())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        self.assertEqual(len(folders()), 1)

    def test_runs_of_one_moment_have_a_folder_each(self):
        runs = [subprocess.Popen([PROGRAM, *map(str, RUN), "--seeds", "1", "--fresh"],
                                 cwd=self.folder, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, env=self.environment({}))
                for _ in range(3)]
        self.assertEqual({run.wait() for run in runs} - {0, NOT_MEASURED}, set())
        self.assertEqual(len(list((self.folder / "eif-out").glob("*/run.json"))), 3)

    def test_stopped_before_the_first_seed_an_old_run_stays_whole(self):
        self.run_program(*RUN, "--seeds", 1, "--out", "out")
        before = {path: path.read_bytes() for path in (self.folder / "out").rglob("*.*")}
        process = self.start_program("run", "--model", MODEL, "--all", "--lr", "0.02", "--seeds",
                                     400, "--out", "out", "--fresh")
        self.wait_until(process, lambda: b" rows, " in (self.folder / "stderr").read_bytes())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        after = {path: path.read_bytes() for path in (self.folder / "out").rglob("*.*")}
        self.assertEqual(after, before)

    def test_what_cannot_be_written_is_noticed_before_anything_is_measured(self):
        (self.folder / "file").write_text("x")
        self.assert_refused(self.run_program(*RUN, "--out", "file/out"), NOT_MEASURED,
                            "cannot make the folder file/out")

    @unittest.skipUnless(shutil.which("mount") and pathlib.Path("/proc/self/ns/mnt").exists()
                         and subprocess.run(["unshare", "-m", "true"],
                                            capture_output=True).returncode == 0,
                         "needs the right to mount a small file system")
    def test_a_full_disk_loses_no_report(self):
        (self.folder / "out").mkdir()
        command = " ".join(map(str, [PROGRAM, *RUN, "--seeds", 2, "--json", "--out", "out"]))
        process = subprocess.run(
            ["unshare", "-m", "sh", "-c",
             f"mount -t tmpfs -o size=16k none out && exec {command}"],
            cwd=self.folder, capture_output=True, text=True, env=self.environment({}))
        self.assertEqual(process.returncode, NOT_MEASURED, process.stderr)
        self.assertIn("No space left on device", process.stderr)
        document = json.loads(process.stdout)
        self.assertEqual(document["results"][0]["seeds"], [0, 1])
        self.assertTrue(document["problems"])


class ReportTest(RecordTest):
    def setUp(self):
        super().setUp()
        self.run_report = self.run_program(*RUN, "--seeds", 2, "--out", "out")

    def test_the_report_of_a_recorded_run_is_that_of_the_run(self):
        report = self.run_program("report", "out")
        self.assertEqual(report.returncode, 0, report.stderr)
        self.assertEqual(report.stdout, self.run_report.stdout)

    def test_the_report_fits_eighty_columns(self):
        for line in self.run_report.stdout.splitlines():
            # A path is one word, however long.
            if max(map(len, line.split()), default=0) < 60:
                self.assertLessEqual(len(line), 80, line)

    def test_json_is_the_record(self):
        report = self.run_program("report", "out/run.json", "--format", "json")
        self.assertEqual(report.stdout, (self.folder / "out" / "run.json").read_text())

    def test_csv_has_a_row_for_each_effect(self):
        process = self.run_program("report", "out", "-o", "effects.csv")
        self.assertEqual(process.returncode, 0, process.stderr)
        header, *rows = (self.folder / "effects.csv").read_text().splitlines()
        self.assertTrue(header.startswith("model,revision,recipe,dose,control,condition,"))
        [result] = self.read_run()["results"]
        effects = sum(len(one["per_seed"]) * (2 if "in_context" in one else 1)
                      for one in result["expectations"])
        self.assertEqual(len(rows), effects)

    def test_what_is_no_run_is_refused(self):
        self.assert_refused(self.run_program("report", "nowhere"), USAGE, "nowhere")
        self.assert_refused(self.run_program("report", "out", "-o", "x.json", "--format", "csv"),
                            USAGE, "contradict each other")


if __name__ == "__main__":
    unittest.main()
