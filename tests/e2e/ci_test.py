"""The pipelines of docs/ci, command for command, with stand-ins for what the network would bring."""

import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest

import yaml
from lxml import etree

from program import PROGRAM, ProgramTest, tiny_model

FILES = pathlib.Path(__file__).parents[2] / "docs" / "ci"
GOT_WORSE = 1
MODEL = "someone/tiny"
REVISION = "0123456789abcdef0123456789abcdef01234567"
STAND_INS = {
    # What is at the address; nothing else may be asked for.
    "curl": 'test "${!#}" = "https://archive.example/eif-suite.tar.gz" && cat "$ARCHIVE"',
    "pip": 'echo "pip $*" >> "$ASKED"',
    "hf": 'echo "hf $*" >> "$ASKED"',
    "gh": 'echo "gh $*" >> "$ASKED"; test -s "${!#}"',
}


def setUpModule():
    """What `hf download` leaves, and the run of the accepted model, once for all tests."""
    global HUB, ACCEPTED
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    HUB, ACCEPTED = pathlib.Path(folder.name) / "huggingface", pathlib.Path(folder.name) / "accepted"
    shutil.copytree(tiny_model("llama_gqa_tied"), HUB / "hub" /
                    f"models--{MODEL.replace('/', '--')}" / "snapshots" / REVISION)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EIF_")}
    process = subprocess.run(
        [PROGRAM, "run", "--model", f"{MODEL}@{REVISION}", "--desideratum", "implication,ontology",
         "--seeds", "10", "--out", ACCEPTED], capture_output=True, text=True, check=False,
        env=kept | {"HF_HOME": str(HUB), "EIF_LR": "0.02"})
    assert (ACCEPTED / "run.json").exists(), process.stderr


class PipelineTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.stand_ins = self.folder / "stand_ins"
        self.stand_ins.mkdir()
        for name, body in STAND_INS.items():
            (self.stand_ins / name).write_text(f"#!/bin/bash\n{body}\n")
            (self.stand_ins / name).chmod(0o755)
        self.work = self.folder / "work"
        (self.work / "ci").mkdir(parents=True)
        # The learning rate of a tiny model is no plateau's.
        self.variables = {
            "PATH": f"{self.stand_ins}:{os.environ['PATH']}", "HOME": str(self.folder),
            "HF_HOME": str(HUB), "EIF_LR": "0.02",
            "EIF_SUITE_ARCHIVE": "https://archive.example/eif-suite.tar.gz",
            "ARCHIVE": str(self.archive()), "ASKED": str(self.folder / "asked"),
            "MODEL": f"{MODEL}@{REVISION}", "CI_PROJECT_DIR": str(self.work),
            "GITHUB_HEAD_REF": "branch", "GITHUB_PATH": str(self.folder / "path"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"), "OMP_NUM_THREADS": "1"}

    def archive(self):
        """One whose program is that under test."""
        program = self.folder / "eif-suite-0-linux" / "bin" / "eif-suite"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/bash\nexec "{PROGRAM}" "$@"\n')
        program.chmod(0o755)
        with tarfile.open(self.folder / "archive.tar.gz", "w:gz") as archive:
            archive.add(self.folder / "eif-suite-0-linux", "eif-suite-0-linux")
        return self.folder / "archive.tar.gz"

    def accept_baseline(self, raised_by=0.0):
        """As docs/ci/README.md says; with an effect that the model does not have where it is raised."""
        shutil.copytree(ACCEPTED, self.folder / "accepted")
        # The pipeline's run finds its seeds measured: what they come to is not the question here.
        shutil.copytree(ACCEPTED, self.work / "influence")
        path = self.folder / "accepted" / "run.json"
        record = json.loads(path.read_text())
        one = next(one for result in record["results"] for one in result["expectations"]
                   if one["primary"] and one["kind"] == "DIR")
        one["per_seed"] = [effect + raised_by for effect in one["per_seed"]]
        path.write_text(json.dumps(record))
        process = self.run_program("baseline", "accept", "accepted", "-o", "work/ci/baseline.json")
        self.assertEqual(process.returncode, 0, process.stderr)
        (self.work / "ci" / "gate.toml").write_text('baseline = "baseline.json"\n')

    def bash(self, script):
        path = pathlib.Path(self.variables["GITHUB_PATH"])
        added = ":".join(reversed(path.read_text().split())) if path.exists() else ""
        environment = self.environment(self.variables) | {
            "PATH": f"{added}:{self.variables['PATH']}"}
        return subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
                              cwd=self.work, env=environment, text=True, capture_output=True,
                              check=False)

    def asked(self):
        return (self.folder / "asked").read_text()

    def github(self):
        """The outcome of each step that runs something, by its name."""
        steps = yaml.safe_load((FILES / "github.yml").read_text())["jobs"]["gate"]["steps"]
        outcomes, failed = {}, False
        for step in steps:
            if "run" not in step or (failed and step.get("if") != "always()"):
                continue
            outcomes[step["name"]] = self.bash(step["run"])
            failed = failed or outcomes[step["name"]].returncode != 0
        return outcomes

    def test_github_passes_and_comments(self):
        self.accept_baseline()
        outcomes = self.github()
        for name, outcome in outcomes.items():
            self.assertEqual(outcome.returncode, 0, f"{name}: {outcome.stderr}")
        self.assertIn("gate passed", outcomes["Gate"].stdout)
        self.assertIn(f"hf download {MODEL} --revision {REVISION}", self.asked())
        self.assertIn("gh pr comment branch --body-file influence.md", self.asked())
        self.assertIn("gate passed", (self.folder / "summary").read_text())
        self.assertTrue((self.work / "influence" / "run.json").exists())

    def test_github_fails_and_comments_all_the_same(self):
        self.accept_baseline(raised_by=0.3)
        outcomes = self.github()
        self.assertEqual(outcomes["Gate"].returncode, GOT_WORSE, outcomes["Gate"].stderr)
        self.assertIn("::error title=gate%3A ", outcomes["Gate"].stdout)
        self.assertEqual(outcomes["Comment"].returncode, 0, outcomes["Comment"].stderr)

    def test_gitlab_has_test_results(self):
        self.accept_baseline(raised_by=0.3)
        job = yaml.safe_load((FILES / "gitlab.yml").read_text())["influence"]
        process = self.bash("\n".join(job["before_script"] + job["script"]))
        self.assertEqual(process.returncode, GOT_WORSE, process.stderr)
        results = etree.parse(str(self.work / job["artifacts"]["reports"]["junit"]))
        self.assertEqual(len(list(results.iter("failure"))), 1)
        for path in job["artifacts"]["paths"]:
            self.assertTrue((self.work / path).exists(), path)


if __name__ == "__main__":
    unittest.main()
