"""`python -m eval.benchmarks …`."""

from app.cli import run_cli
from eval.benchmarks.cli import benchmarks

run_cli(benchmarks)
