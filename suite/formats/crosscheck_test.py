"""Our readers and writers against the safetensors and numpy packages, both ways.

python crosscheck_test.py PATH_OF_eif_formats_crosscheck
"""

import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

import numpy
import safetensors
import safetensors.torch
import torch

PROGRAM = sys.argv.pop()


def program(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], check=True, text=True,
                          capture_output=True).stdout


def is_valid(content):
    """What the safetensors package says about these bytes."""
    try:
        safetensors.deserialize(content)
    except safetensors.SafetensorError:
        return False
    return True


class CrosscheckTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_safetensors_of_every_type_survive_our_reader_and_writer(self):
        numbers = torch.arange(-6, 6).reshape(3, 1, 4)
        types = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64,
                 torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool]
        tensors = {f"layer.{dtype}": numbers.to(dtype) for dtype in types}
        tensors["a scalar"] = torch.tensor(0.5)
        tensors["nothing"] = torch.zeros(3, 0)
        tensors['é "\\'] = torch.tensor([float("nan"), float("inf")])
        metadata = {"format": "pt", "text": 'two\nlines "é"'}
        theirs, ours = self.folder / "theirs", self.folder / "ours"
        safetensors.torch.save_file(tensors, theirs, metadata)

        program("rewrite", theirs, ours)

        with safetensors.safe_open(ours, framework="pt") as file:
            self.assertEqual(file.metadata(), metadata)
            self.assertEqual(set(file.keys()), set(tensors))
            for name, expected in tensors.items():
                found = file.get_tensor(name)
                self.assertEqual(found.dtype, expected.dtype, name)
                self.assertEqual(found.shape, expected.shape, name)
                self.assertTrue(torch.equal(found.reshape(-1).view(torch.uint8),
                                            expected.reshape(-1).view(torch.uint8)), name)

    def test_damaged_files_get_the_verdict_of_the_safetensors_package(self):
        # Ours is stricter only where these draws do not lead: types that it does not know,
        # unknown or repeated fields, repeated names, and limits of memory.
        header = json.dumps({
            "__metadata__": {"k": "v"},
            "a": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]},
            "b": {"dtype": "U8", "shape": [3], "data_offsets": [8, 11]}}).encode()
        good = struct.pack("<Q", len(header)) + header + b"12345678abc"
        draw = random.Random(1)
        contents = [good] + [self.damaged(good, draw) for _ in range(3000)]
        paths = []
        for index, content in enumerate(contents):
            paths.append(self.folder / str(index))
            paths[-1].write_bytes(content)

        verdicts = program("check", *paths).splitlines()

        self.assertEqual(len(verdicts), len(contents))
        self.assertEqual(verdicts[0], "valid")
        self.assertGreater(verdicts.count("valid"), 100)  # other names, other data
        for content, verdict in zip(contents, verdicts):
            self.assertEqual(verdict == "valid", is_valid(content), (content, verdict))

    @staticmethod
    def damaged(good, draw):
        content = bytearray(good)
        for _ in range(draw.choice([1, 1, 1, 2, 3])):
            position = draw.randrange(len(content) - 1)
            match draw.randrange(4):
                case 0:
                    content[position] = draw.randrange(256)
                case 1:
                    content[position] = ord(draw.choice('0123456789{}[]",: -.eabF\\u\0'))
                case 2:
                    del content[position]
                case 3:
                    content.insert(position, ord(draw.choice('0123456789{}[]",: -.e\\')))
        # Most damage would be a wrong length of the header only: repair it half of the time.
        if draw.random() < 0.5:
            content[:8] = struct.pack("<Q", max(0, len(content) - 8 - 11))
        return bytes(content)

    def test_numpy_reads_our_npy(self):
        path = self.folder / "matrix.npy"
        program("npy", path)
        matrix = numpy.load(path)
        self.assertEqual(matrix.dtype, numpy.dtype("<f8"))
        self.assertTrue(matrix.flags.c_contiguous)
        numpy.testing.assert_array_equal(
            matrix, [[0, 1, 2], [numpy.nan, numpy.inf, -0.5]])


if __name__ == "__main__":
    unittest.main()
