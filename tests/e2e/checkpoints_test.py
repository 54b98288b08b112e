"""Checkpoints as people have them: series, adapters, the Hugging Face cache, and what is none."""

import json
import shutil
import unittest

import numpy
from program import ProgramTest, tiny_model
from safetensors.numpy import load_file, save_file

MODEL = tiny_model("llama_gqa_untied")
USAGE, NOT_MEASURED, UNAVAILABLE = 2, 3, 4
SAMPLES = '[[sample]]\nid = "a"\ntext = "a klarbu is a pimjon"\n\n[[sample]]\nid = "b"\ntext = "all"\n'


class CheckpointsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "s.toml").write_text(SAMPLES)

    def copy(self, name):
        """A checkpoint of the test's own."""
        return pathlib_copy(MODEL, self.folder / name)

    def change(self, folder, name, change):
        """Gives the tensor called `name` other values."""
        tensors = load_file(folder / "model.safetensors")
        tensors[name] = change(tensors[name])
        save_file(tensors, folder / "model.safetensors")

    def matrix(self, *arguments):
        process = self.run_program("matrix", "--samples", "s.toml", "--lr", 0.01, "--dtype", "float64",
                                   "--format", "json", *arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        return json.loads(process.stdout)

    def refusal(self, model, code=UNAVAILABLE):
        process = self.run_program("matrix", "--samples", "s.toml", "--lr", 0.01, "--model", model)
        self.assertEqual(process.returncode, code, process.stderr)
        lines = [line for line in process.stderr.splitlines() if not line.startswith("note:")]
        self.assertEqual(len(lines), 1, process.stderr)
        return lines[0]


def pathlib_copy(source, target):
    target.mkdir(parents=True)
    for file in source.iterdir():
        shutil.copy(file, target)
    return target


class SeriesTest(CheckpointsTest):
    RUN = ("run", "--lr", "0.02", "--desideratum", "implication", "--seeds", 1)

    def models(self, process, out):
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        run = json.loads((self.folder / out / "run.json").read_text())
        return [model["name"] for model in run["context"]["models"]]

    def test_a_pattern_is_a_series_in_natural_order_and_ends_with_a_table(self):
        for step in (1000, 500):
            folder = self.copy(f"runs/checkpoint-{step}")
            self.change(folder, "model.norm.weight", lambda values: values * (1 + step / 1e4))
        process = self.run_program(*self.RUN, "--model", "runs/checkpoint-*", "--out", "out")
        names = ["runs/checkpoint-500", "runs/checkpoint-1000"]
        self.assertEqual(self.models(process, "out"), names)
        header, *rows = process.stdout.splitlines()[-3:]
        self.assertEqual(header.split(), ["implication"])
        self.assertEqual([row.split()[0] for row in rows], ["checkpoint-500", "checkpoint-1000"])
        again = self.run_program(*self.RUN, "--model", f"{names[0]}/", "--model", names[1],
                                 "--out", "again")
        self.assertEqual(self.models(again, "again"), names)

    def test_a_checkpoint_that_cannot_be_loaded_does_not_keep_the_others_from_being_measured(self):
        self.copy("runs/step-2")
        damaged = self.copy("runs/step-1")
        (damaged / "model.safetensors").write_bytes(b"no weights")
        process = self.run_program(*self.RUN, "--model", "runs/*", "--out", "out")
        self.assertEqual(process.returncode, UNAVAILABLE, process.stderr)
        self.assertIn("runs/step-1/model.safetensors", process.stdout)
        run = json.loads((self.folder / "out/run.json").read_text())
        self.assertEqual([model["name"] for model in run["context"]["models"]], ["runs/step-2"])

    def test_a_pattern_that_fits_nothing(self):
        process = self.run_program(*self.RUN, "--model", "runs/checkpoint-*")
        self.assert_refused(process, USAGE, 'no folder fits the pattern "runs/checkpoint-*"')
        self.assertIn("is a pattern for several models, which eif-suite run takes; name one",
                      self.refusal("runs/*", USAGE))

    def test_a_comma_of_a_path_is_no_separator(self):
        self.copy("my model, v2")
        process = self.run_program(*self.RUN, "--model", "my model, v2", "--out", "out")
        self.assertEqual(self.models(process, "out"), ["my model, v2"])


class CacheTest(CheckpointsTest):
    def setUp(self):
        super().setUp()
        self.entry = self.folder / "hub" / "models--org--tiny"
        pathlib_copy(MODEL, self.entry / "snapshots" / "0123456789abcdef")
        (self.entry / "refs").mkdir()
        (self.entry / "refs" / "step1000").write_text("0123456789abcdef")

    def environment(self, extra):
        return super().environment(extra) | {"HF_HUB_CACHE": str(self.folder / "hub")}

    def test_a_repository_is_named_by_its_id_and_revision(self):
        by_path = self.matrix("--model", MODEL)
        for name in ("org/tiny", "org/tiny@step1000", "org/tiny@012345"):
            by_id = self.matrix("--model", name)
            self.assertEqual(by_id["influence"], by_path["influence"])
            self.assertEqual(by_id["model"], name)

    def test_what_is_not_in_the_cache_is_said_with_how_to_get_it(self):
        self.assertIn("run hf download org/other --revision step5", self.refusal("org/other@step5"))
        self.assertIn("has no revision step5; it has step1000, 0123456789ab. To get it, run hf "
                      "download org/tiny --revision step5", self.refusal("org/tiny@step5"))

    def test_a_snapshot_whose_download_did_not_end(self):
        (self.entry / "snapshots/0123456789abcdef/model.safetensors").unlink()
        (self.entry / "blobs").mkdir()
        (self.entry / "blobs/77.incomplete").write_bytes(b"")
        self.assertIn("its download did not end: there is 77.incomplete", self.refusal("org/tiny"))


class AdapterTest(CheckpointsTest):
    MATRIX = "model.layers.1.mlp.up_proj.weight"

    def setUp(self):
        super().setUp()
        random = numpy.random.default_rng(3)
        rows, columns = load_file(MODEL / "model.safetensors")[self.MATRIX].shape
        self.a = random.normal(size=(2, columns)).astype(numpy.float32)
        self.b = random.normal(size=(rows, 2)).astype(numpy.float32)
        self.write_adapter(self.folder / "lora", base_model_name_or_path=str(MODEL))

    def write_adapter(self, folder, **changes):
        folder.mkdir(exist_ok=True)
        config = {"peft_type": "LORA", "r": 2, "lora_alpha": 3} | changes
        (folder / "adapter_config.json").write_text(json.dumps(config))
        module = "base_model.model." + self.MATRIX.removesuffix(".weight")
        save_file({module + ".lora_A.weight": self.a, module + ".lora_B.weight": self.b},
                  folder / "adapter_model.safetensors")

    def test_it_is_the_model_that_it_is_merged_to(self):
        whole = self.copy("whole")
        update = 1.5 * self.b.astype(float) @ self.a.astype(float)
        tensors = load_file(whole / "model.safetensors")
        tensors[self.MATRIX] = tensors[self.MATRIX].astype(float) + update
        save_file(tensors, whole / "model.safetensors")
        expected = self.matrix("--model", whole)
        measured = self.matrix("--model", "lora")
        # The same float64 weights, to the rounding of one sum.
        gap = numpy.abs(numpy.array(measured["influence"]) - expected["influence"]).max()
        self.assertLess(gap, 1e-12)
        self.assertNotEqual(measured["fingerprint"], expected["fingerprint"])
        self.assertNotEqual(measured["influence"], self.matrix("--model", MODEL)["influence"])

    def test_weights_name_its_base(self):
        expected = self.matrix("--model", "lora")
        self.write_adapter(self.folder / "lora", base_model_name_or_path="org/elsewhere")
        self.assertIn("org/elsewhere is no folder, and not in the Hugging Face cache",
                      self.refusal("lora"))
        given = self.matrix("--model", "lora", "--weights", MODEL)
        self.assertEqual(given["influence"], expected["influence"])

    def test_several_may_have_one_base(self):
        self.write_adapter(self.folder / "lora2", lora_alpha=7)
        process = self.run_program("run", "--model", "lora*", "--weights", MODEL, "--lr", 0.02,
                                   "--desideratum", "implication", "--seeds", 1, "--out", "out")
        self.assertIn(process.returncode, (0, NOT_MEASURED), process.stderr)
        models = json.loads((self.folder / "out/run.json").read_text())["context"]["models"]
        self.assertEqual([model["name"] for model in models], ["lora", "lora2"])
        self.assertNotEqual(models[0]["fingerprint"], models[1]["fingerprint"])

    def test_what_is_no_lora_is_refused_by_name(self):
        self.write_adapter(self.folder / "lora", use_dora=True)
        self.assertIn("use_dora is true", self.refusal("lora"))
        self.write_adapter(self.folder / "lora", peft_type="IA3")
        self.assertIn('peft_type is "IA3"', self.refusal("lora"))

    def test_an_adapter_beside_a_whole_model_is_not_ignored(self):
        whole = self.copy("whole")
        self.write_adapter(whole)
        self.assertIn("has a whole model and a LoRA adapter beside it", self.refusal("whole"))


class OtherFormatsTest(CheckpointsTest):
    def with_file(self, name):
        folder = self.folder / "other"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / name).write_bytes(b"")
        return folder

    def test_each_is_refused_in_a_line_that_says_what_to_do(self):
        for name, what, to_do in (
                ("x.gguf", "a GGUF file of llama.cpp", "take the original checkpoint"),
                ("consolidated.00.pth", "a checkpoint in Meta's own layout",
                 "convert_llama_weights_to_hf"),
                ("model.fp16.safetensors", "a variant of the weights", "rename it: mv"),
                ("pytorch_model.bin", "can run code", "save_pretrained"),
                ("adapter_model.safetensors", "an adapter", "put the adapter_config.json beside it")):
            message = self.refusal(self.with_file(name))
            self.assertIn(f"it has {name}, {what}" if "code" not in what else what, message)
            self.assertIn(to_do, message)
        self.assertIn("x.gguf is a GGUF file", self.refusal(self.with_file("x.gguf") / "x.gguf"))

    def test_a_tokenizer_in_another_format(self):
        folder = self.copy("model")
        (folder / "tokenizer.json").rename(folder / "tokenizer.model")
        self.assertIn("has no tokenizer.json; it has tokenizer.model, which is not read here: write "
                      "one with python -c", self.refusal(folder))

    def test_values_that_are_no_numbers_are_blamed_on_the_checkpoint(self):
        folder = self.copy("model")

        def damage(values):
            values[0, 1] = numpy.nan
            return values

        self.change(folder, "model.layers.1.mlp.up_proj.weight", damage)
        message = self.refusal(folder)
        self.assertIn("1 of the 6144 values of model.layers.1.mlp.up_proj.weight are no finite numbers "
                      "(NaN or infinite)", message)
        self.assertNotIn("learning rate", message)


if __name__ == "__main__":
    unittest.main()
