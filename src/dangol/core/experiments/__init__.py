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
from dangol.core.experiments.readout import Effect, Readout, Verdict

__all__ = [
    "Arm",
    "Assignment",
    "Design",
    "Effect",
    "Holdout",
    "Readout",
    "Verdict",
    "after_merges",
    "arm_expression",
    "assign",
    "bucket",
    "is_held_out",
]
