"""The compiled inner loops, small and named. The only room that imports numba.

First use compiles for some seconds, then from numba's cache; see ``docs/architecture.md``.
"""
