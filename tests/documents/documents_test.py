"""Follows docs/add-a-desideratum.md and docs/add-a-model.md in a copy of the tree.

    documents_test.py SOURCE_DIR

Writes the files that the documents show into a copy of the tree and runs the commands that they
give, the fast tests among them. The copy has the build folder, and in a mount namespace of its own it
lies where the original is: then every path in it is right, and only what the new files change is
built. Where this machine allows no mount namespaces the test is skipped, unless
EIF_DOCUMENTS_TEST=build says that the copy is to be built from nothing, which takes as long as any
first build.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import code_blocks

PAGES = ("docs/add-a-desideratum.md", "docs/add-a-model.md")
SKIPPED = 77  # ctest's SKIP_RETURN_CODE
NAMESPACE = ["unshare", "--mount", "--propagation", "private"]
HOW = "EIF_DOCUMENTS_TEST"  # "build": from nothing
INSIDE = "EIF_DOCUMENTS_TEST_COPY"  # the copy, in the program that runs in the namespace


def namespace():
    """How to start a program that may mount, or None."""
    if shutil.which("unshare") is None:
        return None
    for unshare in (NAMESPACE, [*NAMESPACE, "--map-root-user"]):
        mounts = ["sh", "-c", "mount --bind /usr /mnt || mount --bind /usr /tmp"]
        if subprocess.run([*unshare, *mounts], capture_output=True, check=False).returncode == 0:
            return unshare
    return None


def copy_tree(source, copy, with_build):
    """All but what no command of the documents reads: history, other builds, the environment."""
    left_out = {".git", ".venv", "build"}
    copy.mkdir()
    (copy / ".venv").mkdir()
    entries = [entry for entry in sorted(source.iterdir()) if entry.name not in left_out]
    subprocess.run(["cp", "--archive", "--reflink=auto", *entries, copy], check=True)
    if with_build:
        (copy / "build").mkdir()
        subprocess.run(["cp", "--archive", "--reflink=auto", source / "build" / "release",
                        copy / "build"], check=True)


def commands_of(documents):
    """Each command of the documents once, and the tests when everything else is done."""
    commands = dict.fromkeys(line for document in documents for line in document.commands)
    return sorted(commands, key=lambda line: line.startswith("ctest"))


def follow(tree):
    documents = [code_blocks.read((tree / page).read_text(encoding="utf-8"), page)
                 for page in PAGES]
    for document in documents:
        for path, text in document.files.items():
            if (tree / path).exists():
                sys.exit(f"{path} is in the tree already: the documents are to add it")
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text, encoding="utf-8")
            print(f"wrote {path}", flush=True)
    # What is said to this program is nothing to the tests that it runs.
    kept = {name: value for name, value in os.environ.items() if name not in (INSIDE, HOW)}
    environment = {"CTEST_PARALLEL_LEVEL": str(os.cpu_count()), **kept}
    for line in commands_of(documents):
        print(f"$ {line}", flush=True)
        start = time.monotonic()
        status = subprocess.run(["bash", "-c", line], cwd=tree, env=environment,
                                check=False).returncode
        print(f"{time.monotonic() - start:.0f} s\n", flush=True)
        if status != 0:
            sys.exit(f"\nThe documents say: {line}\nIt ended with {status}; expected 0. The document "
                     "is wrong, or the tree needs more edits than it tells of.")


def in_namespace(unshare, source, copy):
    copy_tree(source, copy, with_build=True)
    mounts = ('mount --rbind "$1/.venv" "$2/.venv" && mount --rbind "$2" "$1" && cd "$1" && '
              'shift 2 && exec "$@"')
    return subprocess.run(
        [*unshare, "bash", "-c", mounts, "documents_test", source, copy, sys.executable, __file__,
         source], env=dict(os.environ, **{INSIDE: str(copy)}), check=False).returncode


def from_nothing(source, copy):
    copy_tree(source, copy, with_build=False)
    (copy / ".venv").rmdir()
    (copy / ".venv").symlink_to(source / ".venv")
    follow(copy)
    return 0


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    if INSIDE in os.environ:
        follow(source)
        return 0
    unshare = namespace()
    whole_build = os.environ.get(HOW) == "build"
    if unshare is None and not whole_build:
        print("Skipped: this machine allows no mount namespaces (unshare --mount). "
              f"{HOW}=build builds a copy of the tree from nothing instead.")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="eif-documents-") as folder:
        copy = pathlib.Path(folder) / "tree"
        return from_nothing(source, copy) if whole_build else in_namespace(unshare, source, copy)


sys.exit(main())
