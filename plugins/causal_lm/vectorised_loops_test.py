"""The loops of text models are vector instructions where the processor has them.

    vectorised_loops_test.py OBJDUMP causal_lm.so

A compiler that does not vectorise a loop says nothing. That of gated MLPs was compiled number by number for processors
without AVX-512, and took several times as long there, because its division stands behind a condition. Of each loop
the version for x86-64-v3 (AVX2) is looked at.
"""

import collections
import re
import subprocess
import sys

LOOPS = ("divide_by_rms", "divide_by_rms_backward", "silu_times", "silu_times_backward", "softmax", "softmax_backward",
         "rotate")
BEGINNING = re.compile(r"^[0-9a-f]+ <eif::LoopsOf<float>::(\w+)\(.*\[clone \.arch_x86_64_v3\]>:$")
# Multiplications of eight numbers of float32 at once, alone or with an addition.
VECTOR = re.compile(r"\sv(?:mul|fn?m(?:add|sub)\d+)ps\s.*%ymm")


def main():
    objdump, library = sys.argv[1:]
    listing = subprocess.run([objdump, "-d", "-C", "--no-show-raw-insn", library], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    vectors, loop = collections.Counter(), None
    for line in listing.splitlines():
        if line.endswith(">:"):
            found = BEGINNING.match(line)
            loop = found[1] if found else None
            vectors[loop] += 0
        elif loop and VECTOR.search(line):
            vectors[loop] += 1
    missing = [name for name in LOOPS if name not in vectors]
    if missing:
        sys.exit(f"no version for x86-64-v3 in {library}: {', '.join(missing)}")
    slow = [name for name in LOOPS if vectors[name] == 0]
    if slow:
        sys.exit(f"not vectorised in {library}: {', '.join(slow)}")


main()
