"""A run that goes on where it stopped, as if it never had."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from pickle import UnpicklingError

import torch

from lstm_edu.torch.weights import write


class Checkpoint:
    """Everything a run needs to continue bit for bit, in one file that is replaced after every epoch.

    Parameters
    ----------
    path : str, Path or None
        ``None``: nothing is written, nothing read.
    settings : dict
        What decides the run, beside the model and its optimiser. A file with other settings is refused.
    group : Group
        The first of its processes writes; all of them read.
    model, optimizer, scaler : torch.nn.Module, torch.optim.Optimizer, torch.amp.GradScaler
    rng : numpy.random.Generator
        Of the batches.
    generator : torch.Generator or None
        Of the dropout.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    """

    def __init__(self, path, settings, *, group, model, optimizer, scaler, rng, generator):
        self.path = None if path is None else Path(path)
        if self.path is not None and not self.path.parent.is_dir():
            raise FileNotFoundError(f"The folder {self.path.parent} does not exist. Create it first.")
        self.group, self.rng, self.generator = group, rng, generator
        self.parts = {"model": model, "optimizer": optimizer, "scaler": scaler}
        self.settings = {
            **{name: str(value) for name, value in settings.items()},
            "processes": str(group.size),
            "rng": type(rng.bit_generator).__name__,
            "optimizer": f"{type(optimizer).__name__} {optimizer.defaults}",
            **{
                f"parameter {name}": f"{tuple(tensor.shape)} {tensor.dtype}"
                for name, tensor in model.state_dict().items()
            },
        }

    def load(self, history, best):
        """Set everything to what the file holds and return its history and best weights.

        Without a file, ``history`` and ``best`` come back as they are.

        Raises
        ------
        ValueError
            If the file is no checkpoint, or one of another run; nothing has been changed then.
        """
        if self.path is None or not self.path.exists():
            return history, best
        saved = read(self.path)
        self._check_belongs(saved["settings"])
        for name, part in self.parts.items():
            part.load_state_dict(saved[name])
        self.rng.bit_generator.state = json.loads(saved["rng"])
        set_draws(saved["draws"][self.group.rank], self.generator, self.group.device)
        return type(history)(**saved["history"]), saved["best"]

    def save(self, history, best):
        """Write the file, at once or not at all."""
        if self.path is None:
            return
        draws = self.group.gather(get_draws(self.generator, self.group.device))
        if self.group.rank == 0:
            content = BytesIO()
            saved = {name: part.state_dict() for name, part in self.parts.items()}
            saved |= {"history": history._asdict(), "best": best, "draws": draws}
            saved |= {"rng": state_of(self.rng), "settings": self.settings}
            torch.save(saved, content)
            write(self.path, content.getvalue())

    def _check_belongs(self, theirs):
        ours = self.settings
        different = [
            f"{name} is {theirs.get(name, 'absent')} there and {ours.get(name, 'absent')} here"
            for name in {**ours, **theirs}
            if theirs.get(name) != ours.get(name)
        ]
        if different:
            raise ValueError(
                f"{self.path} is the checkpoint of another run: {'; '.join(different)}. "
                "Move it away to start anew, or continue as it was begun."
            )


def read(path):
    """Return what a checkpoint holds; the reader knows tensors, numbers, text and nothing that could run."""
    message = f"{path} is not a checkpoint of `fit`. Move it away, or name another file."
    if not zipfile.is_zipfile(path):
        raise ValueError(message)
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, UnpicklingError) as error:
        raise ValueError(message) from error
    if not isinstance(saved, dict) or "settings" not in saved:
        raise ValueError(message)
    return saved


def state_of(rng):
    """Return the state of a NumPy generator as text."""
    return json.dumps(rng.bit_generator.state, default=lambda array: array.tolist())


def get_draws(generator, device):
    """Return the states of PyTorch's generators: the global ones and that of the dropout."""
    return {
        "cpu": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state(device) if device.type == "cuda" else None,
        "dropout": None if generator is None else generator.get_state(),
    }


def set_draws(draws, generator, device):
    """Undo ``get_draws``."""
    torch.set_rng_state(draws["cpu"])
    if draws["cuda"] is not None:
        torch.cuda.set_rng_state(draws["cuda"], device)
    if generator is not None:
        generator.set_state(draws["dropout"])
