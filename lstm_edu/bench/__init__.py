"""How fast, against whom: contestants that compute the same, timed in turns on the same machine."""

from lstm_edu.bench.run import SUITES, bench

__all__ = ["SUITES", "bench"]
