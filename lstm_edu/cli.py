"""The command `lstm-edu`: what takes too long for a page, benchmarks, and grading."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

try:
    import typer
except ImportError as error:
    raise ImportError('The command needs typer: pip install "lstm-edu[cli,torch]".') from error

main = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Long runs of the book, benchmarks, and grading.",
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


@run.command()
def half_training(record: Where = Path("book/results/half_training.json"), seeds: Seeds = 5):
    """What fewer digits do to training (six minutes on one core)."""
    from lstm_edu.runs import half_training

    half_training.run(record, seeds=seeds)


@run.command()
def stock(record: Where = Path("book/results/stock.json"), seeds: Seeds = 5):
    """Which network forecasts a stock index (a quarter of an hour on one core)."""
    from lstm_edu.runs import stock

    stock.run(record, seeds=seeds)


@run.command()
def sst2(record: Where = Path("book/results/sst2.json"), seeds: Seeds = 5):
    """Which network reads a sentence best, and what it read (half an hour on one core)."""
    from lstm_edu.runs import sst2

    sst2.run(record, seeds=seeds)


class Table(StrEnum):
    """Who reads the reviews."""

    bags = "bags"
    table = "table"
    ingredients = "ingredients"
    pretrained = "pretrained"


@run.command()
def sentiment(
    table: Annotated[
        Table, typer.Option(help="What counts words, small networks, what helps them, large ones.")
    ] = Table.table,
    record: Annotated[
        Path | None,
        typer.Option(help="Resumed if it exists; book/results/sentiment_TABLE.json if not given."),
    ] = None,
    seeds: Seeds = 3,
):
    """Who reads 50,000 reviews best (ten minutes for the bags, an hour or two for each table of networks)."""
    from lstm_edu.runs.sentiment import counting, imdb

    path = record or Path(f"book/results/sentiment_{table}.json")
    if table is Table.bags:
        counting.run(path)
    else:
        imdb.run(path, table=table, seeds=seeds)


@run.command()
def volatility(record: Where = Path("book/results/volatility.json"), seeds: Seeds = 5):
    """How large tomorrow's move will be, by LSTMs trained every January (ten minutes on one core)."""
    from lstm_edu.runs import volatility

    volatility.run(record, seeds=seeds)


@run.command()
def training_claims(record: Where = Path("book/results/training_claims.json"), seeds: Seeds = 3):
    """What is said about training, one change at a time (a quarter of an hour on one core)."""
    from lstm_edu.runs import training_claims

    training_claims.run(record, seeds=seeds)


class Format(StrEnum):
    """How a grade is written."""

    plain = "plain"
    gradescope = "gradescope"


Exercises = Annotated[list[str], typer.Option(help="Such as lstm.FORGET_GATE_GRADIENT; may be repeated.")]
Attempts = Annotated[
    list[str] | None, typer.Option(help="EXERCISE=NAME: look the attempt up under another name.")
]
Points = Annotated[
    list[float] | None, typer.Option(help="For each exercise in turn, or once for all; 1 if not given.")
]
Seconds = Annotated[float, typer.Option(help="How long the file may run, and again each exercise.")]
Memory = Annotated[int, typer.Option(help="MiB of addresses, Python and NumPy included.")]
Output = Annotated[
    Path | None, typer.Option(help="Where the result is written; standard output if not given.")
]


@main.command()
def check(
    file: Annotated[Path, typer.Argument(help="What a student hands in: a .py or an .ipynb.")],
    exercise: Exercises,
    attempt: Attempts = None,
    points: Points = None,
    seconds: Seconds = 10.0,
    memory: Memory = 2048,
    format: Annotated[Format, typer.Option(help="Of the result.")] = Format.plain,
    output: Output = None,
):
    """Grade a student's file and write the result as JSON.

    The attempt at a function exercise has the name of the function in its prompt, the attempt at a value
    exercise that of the exercise in small letters. The exit code is 0 whatever the grade is, and 2 if
    something has to be mended by whoever grades.
    """
    from lstm_edu.coursework import grading

    try:
        renamed = grading.pairs(attempt or [])
        grade = grading.grade(file, exercise, points=points, renamed=renamed, seconds=seconds, memory=memory)
        grading.write(grading.FORMATS[format](grade), output)
    except grading.GradingError as error:
        typer.echo(f"lstm-edu check: {error}", err=True)
        raise typer.Exit(2) from error


class Suite(StrEnum):
    """What is measured."""

    cpu = "cpu"
    gpu = "gpu"
    ladder = "ladder"
    memory = "memory"
    precision = "precision"
    scaling = "scaling"


class Device(StrEnum):
    """Where it is measured."""

    cpu = "cpu"
    cuda = "cuda"


@main.command()
def bench(
    suite: Annotated[Suite, typer.Option(help="What is measured.")] = Suite.cpu,
    device: Annotated[Device | None, typer.Option(help="By default the one that the suite is for.")] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            help="Resumed if it exists; book/results/bench_SUITE.json if not given, and "
            "bench_SUITE_DEVICE.json on another device than the suite's own."
        ),
    ] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Fresh processes for everything.")] = 3,
    quick: Annotated[bool, typer.Option(help="Tiny sizes, to see that it works. No evidence.")] = False,
):
    """Measure speed or memory against other libraries on this machine; write a record, print a table.

    Close everything else first: on a busy machine the ratios scatter.
    """
    from lstm_edu import bench

    own = Device.cuda if suite is Suite.gpu else Device.cpu
    device = device or own
    path = record or Path(f"book/results/bench_{suite}{'' if device is own else f'_{device}'}.json")
    try:
        table = bench.bench(suite, path, device=device, repetitions=repetitions, quick=quick)
    except (ValueError, FileNotFoundError) as error:
        typer.echo(f"lstm-edu bench: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(table)


if __name__ == "__main__":
    main()
