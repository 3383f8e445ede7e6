"""Training of the low-rank additions to the packaged encoder, on questions written for this project."""
