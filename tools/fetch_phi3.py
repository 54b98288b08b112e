#!/usr/bin/env python3
"""Downloads microsoft/Phi-3-mini-4k-instruct (7.6 GB) into the Hugging Face cache.

eif-suite finds it there as the model `phi3`. HF_HOME and HF_TOKEN work as in huggingface_hub; what
an earlier, interrupted call downloaded is kept. Prints the folder on stdout.
"""

import argparse
import sys

REPOSITORY = "microsoft/Phi-3-mini-4k-instruct"
PATTERNS = ["*.safetensors", "*.json"]  # no code, no pickles: eif-suite reads neither


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    from huggingface_hub import snapshot_download

    try:
        print(snapshot_download(REPOSITORY, allow_patterns=PATTERNS))
    except Exception as error:  # whatever the network library of the day raises
        sys.exit(
            f"fetch_phi3: {REPOSITORY} could not be downloaded: {error}\n"
            "Check the network and the free space on the disk of HF_HOME, then run this tool again."
        )


if __name__ == "__main__":
    main()
