"""Several processes that train one model: each computes its share of every batch."""

import os
from contextlib import contextmanager, nullcontext

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel


@contextmanager
def data_parallel():
    """Join the processes that ``torchrun`` started, and leave them at the end.

    Inside, ``fit`` shares every batch out. The same script runs alone, too: started without
    ``torchrun``, there is one process, and nothing to join. ::

        with lth.data_parallel() as group:
            model = make_model().to(group.device)
            history = lth.fit(model, ...)

    Yields
    ------
    Group
        Its ``device`` is the GPU of this process (exchange by NCCL), or the CPU (by Gloo).
    """
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    if not (distributed.is_available() and distributed.is_torchelastic_launched()):
        yield Group(device)
        return
    if cuda:
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if cuda else "gloo")
    try:
        yield Group(device)
    finally:
        distributed.destroy_process_group()


class Group:
    """The processes that train together; a process alone is a group of one.

    Attributes
    ----------
    rank, size : int
        Which process this is, of how many.
    device : torch.device
        Where it computes.
    """

    def __init__(self, device):
        together = distributed.is_available() and distributed.is_initialized()
        self.device = device
        self.rank = distributed.get_rank() if together else 0
        self.size = distributed.get_world_size() if together else 1

    def wrap(self, model):
        """Return a module that averages the gradients of all processes during ``backward``."""
        if self.size == 1:
            return model
        return DistributedDataParallel(model, [self.device] if self.device.type == "cuda" else None)

    def exchange(self, network, last):
        """Return a context for a forward pass: only after the last one of a step do gradients travel."""
        return nullcontext() if self.size == 1 or last else network.no_sync()

    def mean(self, number):
        """Return the mean of everyone's number, the same to the last bit in every process."""
        if self.size == 1:
            return number
        total = torch.tensor(number, dtype=torch.float64, device=self.device)
        distributed.all_reduce(total)
        return total.item() / self.size

    def gather(self, thing):
        """Return what each process holds, in the order of ranks."""
        if self.size == 1:
            return [thing]
        things = [None] * self.size
        distributed.all_gather_object(things, thing)
        return things

    def check_same(self, **things):
        """Raise ``ValueError`` in every process if one of the named things differs between them."""
        everyone = self.gather(things)
        different = [name for name in things if any(held[name] != things[name] for held in everyone)]
        if different := sorted({name for names in self.gather(different) for name in names}):
            raise ValueError(
                f"The {self.size} processes were given another {' and another '.join(different)}. "
                "Each shares out the same batches, so start all of them alike: same data, same seed."
            )
