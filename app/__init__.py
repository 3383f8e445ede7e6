"""The service: everything that happens to a question."""
