"""Which numbers are there? One file is one metric, or one tight family; the catalogue is what exists."""

from dangol.core.metrics.metric import Metric, catalogue, find, metric

__all__ = ["Metric", "catalogue", "find", "metric"]
