"""What every recurrent cell has in common."""

import numpy as np

from lstm_edu.numpy.module import Module


class Cell(Module):
    """One time step: ``forward(x, state)`` gives ``(state, tape)``, ``backward`` undoes it.

    A cell keeps no hidden state of its own: what a step leaves behind is its tape.
    """

    def zero_state(self, batch_size):
        """Return the state of ``batch_size`` sequences that have seen nothing yet."""
        shape = batch_size, self.hidden_size
        return self.State(*(np.zeros(shape, self.weight_hh.dtype) for _ in self.State._fields))
