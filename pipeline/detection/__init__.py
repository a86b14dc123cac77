"""Finding identifiers in batches: the recognizers' declarations, compiled, and the client's known values."""
