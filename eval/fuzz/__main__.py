"""`python -m eval.fuzz files`: mutated files through the readers, and a table of what came of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from eval.fuzz.files import MOST_MB, SECONDS, fuzz_files, table
from eval.fuzz.seeds import SAMPLES, seeds
from eval.machine import machine

cli = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@cli.callback()
def fuzz() -> None:
    """Hostile input, made up."""


@cli.command()
def files(
    count: Annotated[int, typer.Option("--count", min=1)] = 1000,
    seed: Annotated[int, typer.Option("--seed")] = 1,
    samples: Annotated[Path, typer.Option("--samples")] = SAMPLES,
    write: Annotated[Path | None, typer.Option("--write")] = None,
) -> None:
    """Mutate files, read them, report each. Exit status 1 where one hung, crashed or took too much memory."""
    found = seeds(samples)
    reads = fuzz_files(found, count, seed)
    bad = [read for read in reads if read.bad]
    for read in bad:
        print(f"{read.bad}: file {read.number} ({read.kind}, {read.mutation}) {read.outcome} {read.reason}")
    lines = table(reads)
    print("\n".join(lines))
    if write is not None:
        on = machine()
        head = f"""# Fuzzing

`nice -n 10 python -m eval.fuzz files --count {count} --seed {seed} --write docs/fuzzing.md`,
{datetime.now(UTC):%Y-%m-%d}, {on["cpu"]}, {on["cores"]} cores, Python {on["python"]}.

{len(found)} seeds (four made here, and the samples up to 500 kB), one mutation each.
Limits: {SECONDS:.0f} s a file, {MOST_MB} MB. The peak is that of the reading process since it was started: no
file of the line exceeded it. A refusal has one of the FILE_* codes. Every file is counted: read + refused +
hang + crash = files.
"""
        write.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    raise typer.Exit(1 if bad else 0)


cli()
