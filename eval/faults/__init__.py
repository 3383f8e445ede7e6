"""Faults on purpose, in real processes: what is lost, what no longer opens, how fast it is back."""
