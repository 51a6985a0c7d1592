"""The command `lstm-edu`: what takes too long for a page."""

from pathlib import Path
from typing import Annotated

try:
    import typer
except ImportError as error:
    raise ImportError('The command needs typer: pip install "lstm-edu[cli,torch]".') from error

main = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Long runs of the book."
)
run = typer.Typer(no_args_is_help=True, help="Do a long run again and write its record.")
main.add_typer(run, name="run")

Where = Annotated[Path, typer.Option(help="Where the record is written, run by run; resumed if it exists.")]
Seeds = Annotated[int, typer.Option(min=1, help="Repetitions of everything.")]


@run.command()
def long_range(record: Where = Path("book/results/long_range.json"), seeds: Seeds = 5):
    """Which network learns to remember for how long (a quarter of an hour on one core)."""
    from lstm_edu.runs import long_range

    long_range.run(record, seeds=seeds)


@run.command()
def clipping(record: Where = Path("book/results/clipping.json"), seeds: Seeds = 5):
    """What a bound on the gradient does to training (five minutes on one core)."""
    from lstm_edu.runs import clipping

    clipping.run(record, seeds=seeds)


@run.command()
def wrong_backward(record: Where = Path("book/results/wrong_backward.json"), seeds: Seeds = 5):
    """What a wrong gradient costs (a quarter of an hour on one core)."""
    from lstm_edu.runs import wrong_backward

    wrong_backward.run(record, seeds=seeds)
