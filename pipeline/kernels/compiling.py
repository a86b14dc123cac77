"""How kernels are compiled: once, kept in a file beside the source, and run without Python's lock."""

from __future__ import annotations

from numba import njit

#: Kernels that make no array and return none; whoever calls from Python holds those that it passes. With the runtime
#: of numba each call of a kernel by another counts the holders of every array up and down, atomically: that takes
#: some 10 ns, and the copy of a short text takes one.
compiled = njit(cache=True, nogil=True, _nrt=False)
#: The same, put in the place of each call.
inlined = njit(cache=True, nogil=True, _nrt=False, forceinline=True)
#: Kernels that make arrays.
allocating = njit(cache=True, nogil=True)
