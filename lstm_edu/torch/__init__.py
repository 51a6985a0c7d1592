"""Recurrent networks in PyTorch, with every gradient left to autograd; names as in ``lstm_edu.numpy``."""

from lstm_edu.torch.averaging import keep_average, use_average
from lstm_edu.torch.bidirectional import Bidirectional
from lstm_edu.torch.checkpoint import Checkpointed
from lstm_edu.torch.convert import from_torch_nn, to_torch_nn
from lstm_edu.torch.convert_keras import from_keras, to_keras
from lstm_edu.torch.convert_onnx import from_onnx, to_onnx
from lstm_edu.torch.convolution import Convolution
from lstm_edu.torch.encoder import Encoder
from lstm_edu.torch.evidence import EvidenceClassifier
from lstm_edu.torch.forecast_losses import pinball_loss, qlike_loss
from lstm_edu.torch.fused import Fused
from lstm_edu.torch.gradflow import gradient_flow
from lstm_edu.torch.gru import GRUCell
from lstm_edu.torch.language_model import LanguageModel
from lstm_edu.torch.lstm import LSTMCell
from lstm_edu.torch.many_to_one import ManyToOne
from lstm_edu.torch.occlusion import occlusion
from lstm_edu.torch.parallel import data_parallel
from lstm_edu.torch.pooling import AttentionPool, LastPool, MaxPool, MeanMaxPool, MeanPool
from lstm_edu.torch.rnn import RNNCell
from lstm_edu.torch.stacked import Stacked
from lstm_edu.torch.text_classifier import Reading, TextClassifier
from lstm_edu.torch.train import History, fit
from lstm_edu.torch.triton_lstm import TritonLSTM
from lstm_edu.torch.unroll import Unroll
from lstm_edu.torch.weights import load_weights, save_weights

__all__ = [
    "AttentionPool",
    "Bidirectional",
    "Checkpointed",
    "Convolution",
    "Encoder",
    "EvidenceClassifier",
    "Fused",
    "GRUCell",
    "History",
    "LanguageModel",
    "LastPool",
    "LSTMCell",
    "ManyToOne",
    "MaxPool",
    "MeanMaxPool",
    "MeanPool",
    "Reading",
    "RNNCell",
    "Stacked",
    "TextClassifier",
    "TritonLSTM",
    "Unroll",
    "data_parallel",
    "fit",
    "keep_average",
    "use_average",
    "gradient_flow",
    "from_keras",
    "from_onnx",
    "from_torch_nn",
    "load_weights",
    "pinball_loss",
    "qlike_loss",
    "occlusion",
    "save_weights",
    "to_keras",
    "to_onnx",
    "to_torch_nn",
]
