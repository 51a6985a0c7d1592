"""Recurrent networks in PyTorch, with every gradient left to autograd; names as in ``lstm_edu.numpy``."""

from lstm_edu.torch.bidirectional import Bidirectional
from lstm_edu.torch.checkpoint import Checkpointed
from lstm_edu.torch.convert import from_torch_nn, to_torch_nn
from lstm_edu.torch.convert_keras import from_keras, to_keras
from lstm_edu.torch.convert_onnx import from_onnx, to_onnx
from lstm_edu.torch.fused import Fused
from lstm_edu.torch.gradflow import gradient_flow
from lstm_edu.torch.gru import GRUCell
from lstm_edu.torch.lstm import LSTMCell
from lstm_edu.torch.many_to_one import ManyToOne
from lstm_edu.torch.parallel import data_parallel
from lstm_edu.torch.rnn import RNNCell
from lstm_edu.torch.stacked import Stacked
from lstm_edu.torch.train import History, fit
from lstm_edu.torch.triton_lstm import TritonLSTM
from lstm_edu.torch.unroll import Unroll
from lstm_edu.torch.weights import load_weights, save_weights

__all__ = [
    "Bidirectional",
    "Checkpointed",
    "Fused",
    "GRUCell",
    "History",
    "LSTMCell",
    "ManyToOne",
    "RNNCell",
    "Stacked",
    "TritonLSTM",
    "Unroll",
    "data_parallel",
    "fit",
    "gradient_flow",
    "from_keras",
    "from_onnx",
    "from_torch_nn",
    "load_weights",
    "save_weights",
    "to_keras",
    "to_onnx",
    "to_torch_nn",
]
