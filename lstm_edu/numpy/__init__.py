"""Recurrent networks in NumPy, with every gradient written by hand."""

from lstm_edu.numpy import initialise as initialise
from lstm_edu.numpy.bidirectional import Bidirectional
from lstm_edu.numpy.checkpoint import Checkpointed
from lstm_edu.numpy.clip import clip_grad_norm, clip_grad_value
from lstm_edu.numpy.embedding import Embedding
from lstm_edu.numpy.forecast_losses import pinball_loss, qlike_loss
from lstm_edu.numpy.functional import sigmoid
from lstm_edu.numpy.fused import Fused
from lstm_edu.numpy.grad_report import GradReport
from lstm_edu.numpy.gradcheck import gradcheck, numeric_gradient
from lstm_edu.numpy.gradflow import gradient_flow
from lstm_edu.numpy.gru import GRUCell
from lstm_edu.numpy.linear import Linear
from lstm_edu.numpy.losses import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from lstm_edu.numpy.lstm import LSTMCell
from lstm_edu.numpy.many_to_one import ManyToOne
from lstm_edu.numpy.optim import SGD, Adam, AdamW
from lstm_edu.numpy.rnn import RNNCell
from lstm_edu.numpy.stacked import Stacked
from lstm_edu.numpy.train import History, fit
from lstm_edu.numpy.unroll import Unroll
from lstm_edu.numpy.weights import load_weights, save_weights

__all__ = [
    "sigmoid",
    "Adam",
    "AdamW",
    "Bidirectional",
    "Checkpointed",
    "Embedding",
    "Fused",
    "GRUCell",
    "GradReport",
    "History",
    "LSTMCell",
    "Linear",
    "ManyToOne",
    "RNNCell",
    "SGD",
    "Stacked",
    "Unroll",
    "binary_cross_entropy_with_logits",
    "clip_grad_norm",
    "clip_grad_value",
    "cross_entropy",
    "fit",
    "gradcheck",
    "gradient_flow",
    "load_weights",
    "mse_loss",
    "numeric_gradient",
    "pinball_loss",
    "qlike_loss",
    "save_weights",
]
