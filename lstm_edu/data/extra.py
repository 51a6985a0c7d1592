"""What to install when a loader's package is missing."""

from contextlib import contextmanager


@contextmanager
def data_extra():
    """Turn a failed import inside the block into an ``ImportError`` that names the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ImportError(
            f'`{error.name}` is not installed. It comes with the data extra: pip install "lstm_edu[data]"'
        ) from error
