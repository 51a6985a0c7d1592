"""Backward passes with one part broken. Forwards, each of these cells is an ``LSTMCell``."""

import numpy as np

from lstm_edu.numpy.lstm import LSTMCell, State


class TakenApart(LSTMCell):
    """An LSTM cell, right, whose backward pass is in three parts so that each can be broken alone."""

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        dh, dc = d_state
        x, h_prev, c_prev, i, f, g, o, c = tape
        tanh_c = np.tanh(c)

        dc = dc + dh * o * (1 - tanh_c**2)
        da_i = dc * g * i * (1 - i)
        da_f = dc * c_prev * f * (1 - f)
        da_g = dc * i * (1 - g**2)
        da_o = dh * tanh_c * o * (1 - o)
        da = self.packed(da_i, da_f, da_g, da_o)
        grads = {"weight_ih": da.T @ x, "weight_hh": da.T @ h_prev, "bias": self.of_bias(da)}
        return da @ self.weight_ih, self.handed_back(da, dc, f), grads

    def packed(self, da_i, da_f, da_g, da_o):
        """Stack the gradients of the pre-activations, (B, 4H)."""
        return np.concatenate([da_i, da_f, da_g, da_o], axis=1)

    def of_bias(self, da):
        """Return the gradient of the bias, (4H,)."""
        return da.sum(axis=0)

    def handed_back(self, da, dc, f):
        """Return the gradient of the old state."""
        return State(h=da @ self.weight_hh, c=dc * f)


class SwappedBlocks(TakenApart):
    """Wrong: the candidate's gradient is packed where the forget gate's belongs, and the reverse."""

    def packed(self, da_i, da_f, da_g, da_o):
        """Stack the gradients of the pre-activations, (B, 4H)."""
        return np.concatenate([da_i, da_g, da_f, da_o], axis=1)


class SquashedOnce(LSTMCell):
    """Right: every slope is written in terms of what has been squashed already."""

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        dh, dc = d_state
        x, h_prev, c_prev, i, f, g, o, c = tape
        tanh_c = np.tanh(c)

        dc = dc + dh * o * (1 - tanh_c**2)
        da_i = dc * g * i * (1 - i)
        da_f = dc * c_prev * f * (1 - f)
        da_g = dc * i * (1 - g**2)
        da_o = dh * tanh_c * o * (1 - o)
        da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)

        grads = {"weight_ih": da.T @ x, "weight_hh": da.T @ h_prev, "bias": da.sum(axis=0)}
        return da @ self.weight_ih, State(h=da @ self.weight_hh, c=dc * f), grads


class InOrder(LSTMCell):
    """Right: ``dh`` gets its new value after the old one has served for the last time."""

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        dh, dc = d_state
        x, h_prev, c_prev, i, f, g, o, c = tape
        shown = o * (1 - np.tanh(c) ** 2)

        da_i = (dc + dh * shown) * g * i * (1 - i)
        da_f = (dc + dh * shown) * c_prev * f * (1 - f)
        da_g = (dc + dh * shown) * i * (1 - g**2)
        da_o = dh * np.tanh(c) * o * (1 - o)
        da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)

        grads = {"weight_ih": da.T @ x, "weight_hh": da.T @ h_prev, "bias": da.sum(axis=0)}
        dx = da @ self.weight_ih
        dc = (dc + dh * shown) * f
        dh = da @ self.weight_hh
        return dx, State(dh, dc), grads


class NoCellCarry(TakenApart):
    """Wrong: the gradient does not travel back along c."""

    def handed_back(self, da, dc, f):
        """Return the gradient of the old state."""
        return State(h=da @ self.weight_hh, c=np.zeros_like(dc))


class NoHiddenCarry(TakenApart):
    """Wrong: the gradient does not travel back along h."""

    def handed_back(self, da, dc, f):
        """Return the gradient of the old state."""
        return State(h=np.zeros_like(dc), c=dc * f)


class MeanBias(TakenApart):
    """Wrong: the bias gradient is divided by the batch size once more than the loss asks for."""

    def of_bias(self, da):
        """Return the gradient of the bias, (4H,)."""
        return da.mean(axis=0)
