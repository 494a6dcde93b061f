"""Which pages prove? Experiments with their design and readout, what worked here, changes, and who is left alone."""
