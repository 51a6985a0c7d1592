"""Long short-term memory networks, built twice: NumPy by hand, PyTorch by autograd."""

__version__ = "0.1.0"
