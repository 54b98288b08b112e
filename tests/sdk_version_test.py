"""What crosses the boundary between program and plugin changes together with the SDK's version, or on purpose
without it.

    sdk_version_test.py SOURCE_DIR

Compares the declarations in suite/include/eif, without their comments, with those that were approved in
tests/approved/sdk_declarations.txt. With EIF_APPROVE=1 in the environment it writes that file instead.
"""

import hashlib
import os
import pathlib
import re
import sys

# Functions that become part of the plugin, and the version itself: nothing in them crosses.
NO_DECLARATIONS = {"build.h", "convolution.h", "losses.h", "matrix_summary.h", "parallel.h", "plain_weights.h",
                   "small_products.h", "statistics.h", "vector_loops.h"}
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\])*")', re.DOTALL)


def declarations(text):
    """Without comments, and with one space where there is any."""
    return " ".join(COMMENT_OR_STRING.sub(lambda match: match[1] or " ", text).split())


def summary(headers):
    version = re.search(r"#define EIF_SDK_VERSION (\d+)", (headers / "build.h").read_text())[1]
    lines = [f"version {version}"]
    for header in sorted(headers.glob("*.h")):
        if header.name not in NO_DECLARATIONS:
            digest = hashlib.sha256(declarations(header.read_text()).encode()).hexdigest()
            lines.append(f"{header.name} {digest[:16]}")
    return "\n".join(lines) + "\n"


def main():
    source = pathlib.Path(sys.argv[1])
    approved = source / "tests" / "approved" / "sdk_declarations.txt"
    found = summary(source / "suite" / "include" / "eif")
    if os.environ.get("EIF_APPROVE") == "1":
        approved.write_text(found)
        return
    assert declarations('int a;  // b\n/* c\n */ "//d"') == 'int a; "//d"'
    if found != approved.read_text():
        sys.exit(f"approved in {approved}:\n{approved.read_text()}\nfound:\n{found}\n"
                 "A header of the SDK declares something else than was approved. If a plugin that was "
                 "built before could not be used safely any more (a class, record, enumeration or "
                 "virtual function that crosses the boundary is another, or means something else), "
                 "raise EIF_SDK_VERSION in suite/include/eif/build.h. Then approve:\n"
                 "  EIF_APPROVE=1 python3 tests/sdk_version_test.py .")


main()
