"""What does a report look like? Pictures of the demo's report for the README, taken by Chromium without a window."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dangol.cli import main

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TAKEN: Mapping[str, tuple[str, int, int]] = {
    "report.png": ("report.html", 960, 1500),
    "report.ko.png": ("report.ko.html", 960, 1500),
    "phone.ko.png": ("report.ko.html", 500, 1000),
}
"""Of which page each picture is, and how wide and high."""


def take() -> list[str]:
    """Take every picture; none where there is no Chromium."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return []
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if main(["demo", "--report", folder]) != 0:
            raise SystemExit("The demo could not be written, so there is nothing to take pictures of.")
        for name, (page, width, height) in TAKEN.items():
            _shoot(browser, Path(folder) / page, PICTURES / name, width, height)
    return list(TAKEN)


def _shoot(browser: str, page: Path, picture: Path, width: int, height: int) -> None:
    size = [f"--window-size={width},{height}", "--force-device-scale-factor=1", "--hide-scrollbars"]
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", *size, f"--screenshot={picture}", page.as_uri()],
        check=True, capture_output=True,
    )  # fmt: skip
