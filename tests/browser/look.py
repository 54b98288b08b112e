"""Pictures of a page for a person to look at: look.py PAGE FOLDER"""

import pathlib
import sys

from chromium import Chromium

page_path, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
with Chromium() as browser:
    for width in (1280, 400):
        for dark in (False, True):
            page = browser.open(page_path, width=width, dark=dark)
            name = f"{'dark' if dark else 'light'}_{width}.png"
            (folder / name).write_bytes(page.screenshot())
            print(folder / name)
    (folder / "page.pdf").write_bytes(browser.open(page_path).pdf())
