"""Two loops over time as they are usually written in PyTorch: peers, not recommendations."""

import torch
from torch import nn


class TutorialLoop(nn.Module):
    """Four linear maps of ``[h, x]`` at every step, one per gate, as most tutorials write the cell."""

    def __init__(self, twin):
        super().__init__()
        cell = twin.cell
        joined = torch.cat([cell.weight_hh, cell.weight_ih], dim=1).detach()  # (4H, H + D)
        self.H, self.D = cell.hidden_size, cell.input_size
        self.gates = nn.ModuleList()
        for weight, bias in zip(joined.chunk(4), cell.bias.detach().chunk(4), strict=True):
            gate = nn.Linear(self.H + self.D, self.H, device=weight.device, dtype=weight.dtype)
            gate.load_state_dict({"weight": weight, "bias": bias})
            self.gates.append(gate)

    def forward(self, x):
        B, T, _ = x.shape
        h = c = x.new_zeros(B, self.H)
        seen = []
        for t in range(T):
            joined = torch.cat([h, x[:, t]], dim=1)
            i, f, g, o = (gate(joined) for gate in self.gates)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            seen.append(h)
        return torch.stack(seen, dim=1)

    def packed(self, grads):
        """Return gradients of ``gates.k.weight`` and ``gates.k.bias`` under this package's names."""
        weight = torch.cat([grads[f"gates.{k}.weight"] for k in range(4)])
        bias = torch.cat([grads[f"gates.{k}.bias"] for k in range(4)])
        return {"weight_hh": weight[:, : self.H], "weight_ih": weight[:, self.H :], "bias": bias}


class LibraryCellLoop(nn.Module):
    """``torch.nn.LSTMCell`` at every step."""

    def __init__(self, twin):
        super().__init__()
        cell = twin.cell
        self.cell = nn.LSTMCell(
            cell.input_size, cell.hidden_size, device=cell.bias.device, dtype=cell.bias.dtype
        )
        self.cell.load_state_dict(
            {
                "weight_ih": cell.weight_ih.detach(),
                "weight_hh": cell.weight_hh.detach(),
                "bias_ih": cell.bias.detach(),
                "bias_hh": torch.zeros_like(cell.bias),
            }
        )

    def forward(self, x):
        state, seen = None, []
        for t in range(x.shape[1]):
            state = self.cell(x[:, t], state)
            seen.append(state[0])
        return torch.stack(seen, dim=1)
