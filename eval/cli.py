"""`yorozu eval …` and the program `yorozu` as installed: the service's commands and these."""

import typer

from app.cli import cli, run_cli

eval_cli = typer.Typer(help="検索と回答を測ります。", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(eval_cli, name="eval")


def main() -> None:
    """Run the program."""
    run_cli(cli)
