"""How is Dangol used from a terminal?"""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
