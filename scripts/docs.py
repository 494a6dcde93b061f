"""How are the reference and the pictures made anew? `make docs` runs this; tests compare the pages."""

from __future__ import annotations

import sys
from pathlib import Path

from pictures import take
from reference import written_pages

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"


def main() -> None:
    """Write every page, and take away those that no longer have an object to speak of."""
    pages = written_pages()
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for stale in set(REFERENCE.glob("*.md")) - {REFERENCE / name for name in pages}:
        stale.unlink()
    for name, text in pages.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(pages)} pages in docs/reference\n")
    taken = take()
    sys.stdout.write(
        f"{len(taken)} pictures in docs/pictures\n"
        if taken
        else "No Chromium here: pictures left as they are\n"
    )


if __name__ == "__main__":
    main()
