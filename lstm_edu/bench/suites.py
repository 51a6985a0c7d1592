"""Which measurements make up a suite: its settings, the names of its keys, and a job for every key."""

from lstm_edu.bench.contestants import CONTESTANTS, PEER, installed, versions
from lstm_edu.bench.strategies import STRATEGIES, STRETCH
from lstm_edu.bench.work import Work

SIZES = (  # T, B, D, H
    (10, 32, 1, 50),
    (60, 32, 5, 64),
    (200, 32, 100, 128),
    (100, 64, 128, 256),
    (50, 64, 256, 512),
    (1000, 16, 64, 128),
    (100, 1, 32, 64),
)
SMALL = ((7, 3, 2, 5),)
NUMPY_AND_LIBRARY = "NumPy, Unroll", "NumPy, Fused", PEER
ON_CPU = (
    *NUMPY_AND_LIBRARY,
    "torch.nn.LSTM without oneDNN",
    "PyTorch, Unroll",
    "PyTorch, tutorial loop",
    "PyTorch, loop of LSTMCell",
    "JAX, scan",
    "Keras",
)
ON_GPU = "PyTorch, Unroll", "PyTorch, tutorial loop", "PyTorch, loop of LSTMCell", "PyTorch, Triton", PEER
WIDEST_KERNEL = 256  # units: beyond, our kernel is not meant to compete
MOST_WORK = 4e11  # operations: beyond, one thread of a processor takes too long to be a baseline
COMPILES_IN_TIME = 50  # steps: a compiled loop is unrolled, and takes minutes to compile beyond


def cpu(device, quick):
    """Time our layers and the libraries on one thread: training in two precisions, and forwards alone."""
    rounds, jobs = (2 if quick else 7), {}
    for size in SMALL if quick else SIZES:
        for train, dtype in ((True, "float32"), (True, "float64"), (False, "float32")):
            names = [name for name in ON_CPU if installed(name)]
            if dtype == "float64":
                names = list(NUMPY_AND_LIBRARY)
            if not train:
                names += ["ONNX Runtime"] * installed("ONNX Runtime")
            jobs[*size, train, dtype] = contest(size, names, rounds, train=train, dtype=dtype)
    return (
        {"rounds": rounds, "threads": 1, "libraries": versions()},
        ("T", "B", "D", "H", "train", "dtype"),
        jobs,
    )


def gpu(device, quick):
    """Time loops, our kernel and cuDNN on the GPU, and three processor baselines, over T, B, H and layers."""
    rounds, jobs = (2 if quick else 15), {}
    if quick:
        grid = [(*size, layers) for size in SMALL for layers in (1, 2)]
    else:
        grid = [(T, B, 64, H, 1) for T in (50, 200, 1000) for B in (1, 32, 512) for H in (64, 256, 1024)]
        grid += [(200, 32, 64, 256, layers) for layers in (2, 4)]
    for *size, layers in grid:
        T, _, _, H = size
        if Work(*size, layers=layers).flops() > MOST_WORK:
            continue
        names = [name for name in ON_GPU if installed(name)]
        if H > WIDEST_KERNEL and "PyTorch, Triton" in names:
            names.remove("PyTorch, Triton")
        if T <= COMPILES_IN_TIME:
            names.append("PyTorch, Unroll compiled")
        jobs[*size, layers, "cuda"] = contest(size, names, rounds, device="cuda", layers=layers)
        few = max(2, rounds // 5)
        jobs[*size, layers, "one thread"] = contest(size, NUMPY_AND_LIBRARY, few, layers=layers)
        jobs[*size, layers, "all threads"] = contest(size, NUMPY_AND_LIBRARY, few, threads=0, layers=layers)
    return {"rounds": rounds, "libraries": versions()}, ("T", "B", "D", "H", "layers", "where"), jobs


def memory(device, quick):
    """Watch the memory and the time of one training step against the length of the sequence."""
    jobs = {}
    for T in (50,) if quick else (1000, 4000, 10_000):
        for strategy in STRATEGIES:
            if strategy == "PyTorch, Unroll" and T > 4000:
                continue  # minutes, and nothing new
            work = Work(T, *((2, 3, 4) if quick else (16, 64, 128)))._asdict()
            jobs[T, strategy] = {
                "job": "memory",
                "work": work,
                "strategy": strategy,
                "calls": 1 if quick else 3,
            }
    return {"threads": 1, "stretch": STRETCH, "dtype": "float32"}, ("T", "strategy"), jobs


def contest(size, names, rounds, *, threads=1, **options):
    """Return the job that times contestants on one size; none of them may be unknown."""
    unknown = [name for name in names if name not in CONTESTANTS]
    if unknown:
        raise ValueError(f"There is no contestant {unknown[0]!r}; there are {', '.join(CONTESTANTS)}.")
    work = Work(*size, **options)._asdict()
    return {"job": "contest", "work": work, "names": list(names), "rounds": rounds, "threads": threads}
