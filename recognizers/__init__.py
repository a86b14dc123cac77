"""Recognizers of identifiers in logs: each a Presidio ``EntityRecognizer`` and a declaration that a scanner compiles."""
