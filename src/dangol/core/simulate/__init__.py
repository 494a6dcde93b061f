"""What would a business look like whose truths are known? A seeded simulation."""

from dangol.core.simulate.business import Business
from dangol.core.simulate.simulation import simulate, simulated_tables
from dangol.core.simulate.truths import Truths

__all__ = ["Business", "Truths", "simulate", "simulated_tables"]
