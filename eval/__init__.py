"""Question sets, retrieval kits, metrics and reports."""
