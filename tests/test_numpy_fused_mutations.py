"""What is claimed of the fast NumPy layer can fail: small faults in its source, each to be caught."""

from functools import partial

import pytest
from table import LENGTHS, S
from test_mutations import Fault, with_fault
from test_numpy_fused import prove_fused

from lstm_edu import numpy as lnp
from lstm_edu.numpy import fused_gru, fused_lstm, fused_rnn


def at(row, layer="ahead", *more):
    return [partial(prove_fused, row, layer, *more)]


PADDED = [
    partial(prove_fused, row, layer, LENGTHS) for row in ("LSTM", "GRU") for layer in ("ahead", "reversed")
]
CUT = at("LSTM", "ahead", None, S) + at("LSTM", "reversed", LENGTHS, S)

FAULTS = {
    # LSTM
    "sigmoids not shifted": Fault(
        fused_lstm, "add(sigmoids, half, sigmoids)", "pass", at("LSTM"), method="forward"
    ),
    "c handed on a step late": Fault(fused_lstm, "kept[1:, 4]", "kept[:-1, 4]", at("LSTM"), method="forward"),
    "c moves in the padding": Fault(
        fused_lstm, "np.copyto(c, kept[t, 4], where=still[t])", "pass", PADDED[:2], method="forward"
    ),
    "h moves in the padding": Fault(
        fused_lstm, "np.copyto(h, seen[t, :, :H], where=still[t])", "pass", PADDED[:2], method="forward"
    ),
    "written and kept mixed up": Fault(
        fused_lstm, "np.multiply(at_i, ig, at_i)", "np.multiply(at_i, fc, at_i)", at("LSTM"), method="slopes"
    ),
    "slope of tanh at c": Fault(
        fused_lstm, "np.subtract(o, at_c, at_c)", "pass", at("LSTM"), method="slopes"
    ),
    "carried dc lost": Fault(fused_lstm, "add(dc, through_h, dc)", "dc[...] = through_h", at("LSTM")),
    "dc not forgotten": Fault(fused_lstm, "mul(dc, f_t, dc)", "pass", at("LSTM")),
    "one gate counted": Fault(fused_lstm, "collect(parts, 0, None, dh)", "dh[...] = parts[0]", at("LSTM")),
    "h joined at a cut": Fault(fused_lstm, "mul(dh, joined[t], dh)", "pass", CUT),
    "dh lost in the padding": Fault(fused_lstm, "np.copyto(dh, d, where=still[t])", "pass", PADDED[1:2]),
    "time off by one": Fault(fused_lstm, "t = len(f)", "t = len(f) - 1", [PADDED[1], *CUT]),
    "blocks swapped": Fault(fused_lstm, "[i, f, g, o]", "[f, i, g, o]", at("LSTM"), method="unpack"),
    # GRU and RNN
    "inner bias forgotten": Fault(
        fused_gru, "packed[2, :, -1] = cell.bias_hn", "pass", at("GRU"), method="pack"
    ),
    "update gate the wrong way round": Fault(
        fused_gru, "(h_prev - n)", "(n - h_prev)", at("GRU"), method="slopes"
    ),
    "reset gate not undone": Fault(
        fused_gru, "np.multiply(at_n, r, at_u)", "at_u[...] = at_n", at("GRU"), method="slopes"
    ),
    "path past the weights lost": Fault(fused_gru, "if carry is not None", "if False", at("GRU")),
    "slope missing": Fault(fused_rnn, "slope[:, t], d,", "1, d,", at("RNN tanh")),
    # All
    "weights of the sigmoids not halved": Fault(
        lnp.Fused, "weights[: steps.SIGMOIDS] /= 2", "pass", [*at("LSTM"), *at("GRU")], method="forward"
    ),
    "bias forgotten": Fault(lnp.Fused, "seen[:, :, -1] = 1", "pass", at("RNN relu"), method="forward"),
    "h left in the padding": Fault(
        lnp.Fused, "blank(real, h), after", "h, after", PADDED[:1], method="forward"
    ),
    "padding read": Fault(lnp.Fused, "_by_step(blank(real, dh))", "_by_step(dh)", PADDED),
    "gradient let into the padding": Fault(lnp.Fused, "slope *= real[now]", "pass", PADDED),
    "dc lost in the padding": Fault(
        lnp.Fused, "np.where(real[now], carry, 1)", "carry * real[now]", PADDED[1:2]
    ),
    "c joined at a cut": Fault(lnp.Fused, "carry * carries", "carry", CUT),
    "only the last stretch counted": Fault(lnp.Fused, "d_weights +=", "d_weights[...] =", at("GRU")),
    "one block of dx": Fault(lnp.Fused, ".sum(axis=0)", "[0]", at("GRU")),
    "time walked the wrong way": Fault(
        lnp.Fused, "-1 if self.reverse else 1", "1", at("LSTM", "reversed"), method="_by_step"
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_caught(name, monkeypatch):
    fault = FAULTS[name]
    for prove in fault.proofs:
        prove()
    monkeypatch.setattr(fault.owner, fault.method, with_fault(fault))
    for prove in fault.proofs:
        with pytest.raises(AssertionError):
            prove()
