"""Weights to a file and back; the other half of the package reads and writes the same files."""

import os
from pathlib import Path

import torch

from lstm_edu.shapes import check_weights


def save_weights(module, path):
    """Write every parameter and buffer to a safetensors file, at once or not at all.

    Parameters
    ----------
    module : torch.nn.Module
    path : str or Path
        An existing file is replaced when the new one is complete.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    OSError
        If writing fails; what was at ``path`` is still there then.
    """
    from safetensors.torch import save

    state = module.state_dict()
    weights = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in state.items()}
    write(Path(path), save(weights))


def load_weights(module, path):
    """Read every parameter and buffer of a module from a safetensors file, in place and on its device.

    Parameters
    ----------
    module : torch.nn.Module
        Of the same structure, sizes and dtype as the one that was saved, from either half.
    path : str or Path

    Raises
    ------
    ValueError
        If the file is no safetensors file, or does not fit: every parameter that is
        missing, unexpected, of another shape or of another dtype is named, and none is read.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        weights = load(Path(path).read_bytes())
    except SafetensorError as error:
        raise ValueError(f"{path} is not a safetensors file ({error}). `save_weights` writes one.") from error
    tensors = module.state_dict()
    check_weights(path, weights, tensors)
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(weights[name])


def write(path, content):
    """Write bytes beside their destination, then move them there in one step."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"The folder {path.parent} does not exist. Create it first.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
