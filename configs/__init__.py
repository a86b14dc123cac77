"""Profiles and demo policies that ship with the package; read through importlib.resources."""
