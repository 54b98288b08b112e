"""Image files that are not what they should be: a message that names the file, and exit code 4.

The other data set is good each time, so that the message can only come from the bad one. A good
FashionMNIST gives the key that the trained CNN is found by in the cache.
"""

import gzip
import struct
import unittest

from program import ProgramTest, fashion_mnist_folder, mnist_folder

UNAVAILABLE = 4
SIDE = 28


def images(count, pixels=None):
    content = bytes(count * SIDE * SIDE) if pixels is None else pixels
    return struct.pack(">4I", 0x803, count, SIDE, SIDE) + content


def labels(values):
    return struct.pack(">2I", 0x801, len(values)) + bytes(values)


class BadData:
    """The cases, for a data set whose files a subclass puts into place."""

    def remove(self, name):
        for ending in ("", ".gz"):
            (self.bad / (name + ending)).unlink(missing_ok=True)

    def write(self, name, content):
        self.remove(name.removesuffix(".gz"))
        path = self.bad / name
        path.write_bytes(content)
        return path

    def assert_message(self, *parts):
        process = self.run_program("--model", "cnn", "--desideratum", "symmetry", "--seeds", 1,
                                   "--data", self.folder)
        self.assert_refused(process, UNAVAILABLE, *parts)
        self.assertFalse((self.folder / "eif-out").exists())

    def test_truncated_images(self):
        path = self.write(self.images, images(3)[:-1])
        self.assert_message(str(path), "holds 2351 bytes after its header, which announces "
                                       "3 x 28 x 28 = 2352")

    def test_surplus_after_images(self):
        path = self.write(self.images, images(3) + b"x")
        self.assert_message(str(path), "goes on after the 3 x 28 x 28 = 2352 bytes")

    def test_labels_in_place_of_images(self):
        path = self.write(self.images, labels([1, 2, 3, 4, 5, 6, 7, 8, 9]))
        self.assert_message(str(path), "begins with 0x00000801", "expected 0x00000803")

    def test_announced_size_that_no_file_has(self):
        path = self.write(self.images, struct.pack(">4I", 0x803, 2**32 - 1, 2**32 - 1, 2**32 - 1))
        self.assert_message(str(path), "its header announces 4294967295 x 4294967295")

    def test_empty_images(self):
        path = self.write(self.images, b"")
        self.assert_message(str(path), "holds 0 bytes")

    def test_truncated_gzip(self):
        path = self.write(self.images + ".gz", gzip.compress(images(3))[:-9])
        self.assert_message(str(path))

    def test_no_gzip(self):
        path = self.write(self.images + ".gz", b"not gzip at all, but text")
        self.assert_message(str(path))

    def test_label_out_of_range(self):
        self.write(self.images, images(2))
        path = self.write(self.labels, labels([3, 10]))
        self.assert_message(str(path), "label 1 is 10; expected 0 to 9")

    def test_other_number_of_labels(self):
        path = self.write(self.images, images(2))
        self.write(self.labels, labels([1, 2, 3]))
        self.assert_message(f"{path} has 2 images, but ", "has 3 labels")

    def test_missing_file(self):
        self.remove(self.labels)
        self.assert_message(f"{self.title} was not found", str(self.bad), "tools/setup.sh",
                            "--data DIR")


def link_files(source, target):
    target.mkdir()
    for path in source.iterdir():
        (target / path.name).symlink_to(path)


class BadMnistTest(BadData, ProgramTest):
    title = "MNIST"
    images = "t10k-images-idx3-ubyte"
    labels = "t10k-labels-idx1-ubyte"

    def setUp(self):
        super().setUp()
        (self.folder / "fashion-mnist").symlink_to(fashion_mnist_folder())
        self.bad = self.folder / "mnist"
        link_files(mnist_folder(), self.bad)


class BadFashionMnistTest(BadData, ProgramTest):
    title = "FashionMNIST"
    images = "train-images-idx3-ubyte"
    labels = "train-labels-idx1-ubyte"

    def setUp(self):
        super().setUp()
        (self.folder / "mnist").symlink_to(mnist_folder())
        self.bad = self.folder / "fashion-mnist"
        link_files(fashion_mnist_folder(), self.bad)

    def test_images_of_another_size(self):
        for split in ("train", "t10k"):
            self.write(f"{split}-images-idx3-ubyte", struct.pack(">4I", 0x803, 1, 2, 3) + bytes(6))
            self.write(f"{split}-labels-idx1-ubyte", labels([1]))
        self.assert_message("FashionMNIST images are 2×3 pixels; the CNN takes 28×28")


if __name__ == "__main__":
    unittest.main()
