"""Recognizers of identifiers in logs: Presidio recognizers, and declarations that a scanner compiles."""
