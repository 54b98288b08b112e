"""Includes go one way: cli → host → {engine, reports} → core → SDK.

    layers_test.py SOURCE_DIR

Reads the #include lines of every source file. A folder may include itself, the SDK, and what is
listed for it here; the longest matching folder counts. Tests may also use what their neighbours'
tests do.
"""

import pathlib
import re
import sys

SDK = "eif/"
ALLOWED = {
    "suite/include/eif": [],
    "suite/formats": [],
    "suite/core": [],
    "domains": [],
    "domains/images": ["suite/formats/"],
    "desiderata": ["domains/"],
    "plugins/cnn": ["suite/formats/", "domains/images/"],
    "plugins/causal_lm": ["suite/formats/"],
    "suite/engine": ["suite/formats/"],
    "reports": ["suite/core/", "suite/formats/"],
    "suite/host": ["suite/engine/", "suite/core/", "suite/formats/", "reports/", "domains/"],
    "suite/cli": ["suite/host/", "suite/engine/", "suite/core/", "suite/formats/", "reports/",
                  "domains/"],
}
# These are built without torch: no torch header, and no SDK header that brings one in.
WITHOUT_TORCH = ["suite/formats", "suite/core", "domains", "desiderata", "reports"]
TORCH = re.compile(r"^(torch/|ATen/|c10/|eif/backend\.h$|eif/convolution\.h$|eif/plain_weights\.h$)")
# At the bottom, below the SDK.
WITHOUT_SDK = ["suite/formats"]
INCLUDE = re.compile(r'^\s*#include ["<]([^">]+)[">]', re.MULTILINE)
PROJECT = re.compile(r"^(eif|suite|reports|domains|desiderata|plugins|tests)/")


def layer_of(path):
    folders = [folder for folder in ALLOWED if path.startswith(folder + "/")]
    return max(folders, key=len, default=None)


def problems(path, text):
    layer = layer_of(path)
    is_test = "_test" in path or "for_test" in path
    for include in INCLUDE.findall(text):
        if TORCH.match(include) and any(layer.startswith(folder) for folder in WITHOUT_TORCH):
            yield f"{path} includes {include}: {layer} is built without torch"
        elif include.startswith(SDK):
            if layer in WITHOUT_SDK:
                yield f"{path} includes {include}: {layer} is below the SDK"
        elif PROJECT.match(include) and not is_test:
            if not any(include.startswith(prefix) for prefix in [layer + "/", *ALLOWED[layer]]):
                yield f"{path} includes {include}, which {layer} may not"


def main():
    source = pathlib.Path(sys.argv[1])
    found, files = [], 0
    for folder in ("suite", "domains", "desiderata", "plugins", "reports"):
        for file in sorted((source / folder).rglob("*")):
            if file.suffix in (".h", ".cc"):
                files += 1
                found += problems(str(file.relative_to(source)), file.read_text())
    print("\n".join(found) or f"{files} files include only what they may")
    # A rule that reads no file holds for nothing.
    sys.exit(1 if found or files == 0 else 0)


main()
