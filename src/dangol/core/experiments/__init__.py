"""Did it work? Assignment by hash, outcomes by arm, and a verdict that a sceptic can trust."""

from dangol.core.experiments.assignment import (
    Assignment,
    after_merges,
    arm_expression,
    assign,
    bucket,
    is_held_out,
)
from dangol.core.experiments.design import Arm, Design, Holdout
from dangol.core.experiments.reading import read_out, read_summaries
from dangol.core.experiments.readout import Effect, Measured, Readout, Verdict
from dangol.core.experiments.summarise import Judged, Summaries, summaries_of_columns, summaries_on

__all__ = [
    "Arm",
    "Assignment",
    "Design",
    "Effect",
    "Holdout",
    "Judged",
    "Measured",
    "Readout",
    "Summaries",
    "Verdict",
    "after_merges",
    "arm_expression",
    "assign",
    "bucket",
    "is_held_out",
    "read_out",
    "read_summaries",
    "summaries_of_columns",
    "summaries_on",
]
