"""Eight bytes at a time: hashes, comparisons and copies of short texts in large buffers.

Numba reads an array item by item; a text of twelve bytes is two loads instead. Loads and stores need no alignment and
stay inside [start, end): the last eight bytes are taken once more where a length is no multiple of eight.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

#: So many pieces before its turn one that stands far off is asked for.
AHEAD = 8


def _eight(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    struct = context.make_array(kind)(context, builder, array)
    return builder.bitcast(builder.gep(struct.data, [index]), ir.IntType(64).as_pointer())


@intrinsic
def load8(typingctx, data, at):  # type: ignore[no-untyped-def]
    """``data[at : at + 8]`` of a uint8 array as one little-endian uint64."""

    def codegen(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        loaded = builder.load(_eight(context, builder, signature.args[0], *arguments))
        loaded.align = 1
        return loaded

    return types.uint64(data, types.int64), codegen


@intrinsic
def store8(typingctx, data, at, value):  # type: ignore[no-untyped-def]
    """``data[at : at + 8] = value`` for a uint8 array and a little-endian uint64."""

    def codegen(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        array, index, word = arguments
        stored = builder.store(word, _eight(context, builder, signature.args[0], array, index))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(data, types.int64, types.uint64), codegen


@intrinsic
def prefetch(typingctx, data, at):  # type: ignore[no-untyped-def]
    """Ask for ``data.flat[at]`` of a contiguous array, to be read soon, where it stands far from the last."""

    def codegen(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        struct = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.bitcast(builder.gep(struct.data, [arguments[1]]), ir.IntType(8).as_pointer())
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, flag, flag, flag])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(ask, [place, flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(data, types.int64), codegen


@njit(cache=True, nogil=True)
def copy_bytes(source, start, end, out, at):  # type: ignore[no-untyped-def]
    """Copy ``source[start:end]`` to ``out[at:]``; the arrays do not overlap. Returns the position after it."""
    size = end - start
    if size < 8:
        for i in range(size):
            out[at + i] = source[start + i]
        return at + size
    i = 0
    while i + 8 <= size:
        store8(out, at + i, load8(source, start + i))
        i += 8
    if i < size:
        store8(out, at + size - 8, load8(source, end - 8))
    return at + size


@njit(cache=True, nogil=True)
def same_bytes(one, start, other, at, size):  # type: ignore[no-untyped-def]
    """Whether ``one[start : start + size]`` equals ``other[at : at + size]``."""
    i = 0
    if size < 8:
        while i < size and one[start + i] == other[at + i]:
            i += 1
        return i == size
    while i + 8 <= size:
        if load8(one, start + i) != load8(other, at + i):
            return False
        i += 8
    return i == size or load8(one, start + size - 8) == load8(other, at + size - 8)
