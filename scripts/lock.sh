#!/bin/sh
# Resolves the locks anew: what a user needs, what the tests need, what the benchmarks need.
set -eu
cd "$(dirname "$0")/.."
resolve() { "${VENV:-.venv}/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml "$@"; }
resolve --output-file requirements.lock
resolve --extra spark --group dev --output-file requirements-dev.lock
resolve --extra spark --group dev --group bench --output-file requirements-bench.lock
