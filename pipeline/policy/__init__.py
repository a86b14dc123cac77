"""Policies: who may receive what, in which form, and how that is said, checked and compiled."""
