"""Traffic captures, rewritten in place: one module per file format, layer or protocol."""
