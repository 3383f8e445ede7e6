"""Benchmarks: ours beside its peers, and growth."""
