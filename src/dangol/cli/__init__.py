"""How is Dangol used from a terminal?"""

from dangol.cli.app import main

__all__ = ["main"]
