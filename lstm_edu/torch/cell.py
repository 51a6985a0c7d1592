"""What every recurrent cell has in common."""

from torch import nn


class Cell(nn.Module):
    """One time step: ``forward(x, state)`` gives ``(state, tape)``; autograd undoes it.

    A cell keeps no hidden state of its own: what a step leaves behind is its tape.
    """

    def zero_state(self, batch_size):
        """Return the state of ``batch_size`` sequences that have seen nothing yet."""
        shape = batch_size, self.hidden_size
        return self.State(*(self.weight_hh.new_zeros(shape) for _ in self.State._fields))
