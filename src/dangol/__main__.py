"""What does `python -m dangol` do? The same as the command `dangol`."""

from __future__ import annotations

import sys

from dangol.cli import main

if __name__ == "__main__":
    sys.exit(main())
