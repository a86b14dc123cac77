"""Eight bytes at a time: hashes, comparisons and copies of short texts in large buffers.

Numba reads an array item by item; a text of twelve bytes is two loads instead. Loads and stores need no alignment and
stay inside [start, end): the last eight bytes are taken once more where a length is no multiple of eight.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from pipeline.kernels.compiling import compiled, inlined

#: So many pieces before its turn one that stands far off is asked for.
AHEAD = 8


def _eight(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    struct = context.make_array(kind)(context, builder, array)
    return builder.bitcast(builder.gep(struct.data, [index]), ir.IntType(64).as_pointer())


def _wide_place(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    struct = context.make_array(kind)(context, builder, array)
    return builder.bitcast(builder.gep(struct.data, [index]), ir.VectorType(ir.IntType(8), WIDE).as_pointer())


def _vector(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    loaded = builder.load(_wide_place(context, builder, kind, array, index))
    loaded.align = 1
    return loaded


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


#: Bytes that are copied and compared at once: longer pieces of a line are rare.
WIDE = 64


@intrinsic
def _copy_wide(typingctx, source, start, out, at):  # type: ignore[no-untyped-def]
    """``out[at : at + WIDE] = source[start : start + WIDE]`` of uint8 arrays that do not overlap."""

    def codegen(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        kind, _, target, _ = signature.args
        stored = builder.store(
            _vector(context, builder, kind, *arguments[:2]), _wide_place(context, builder, target, *arguments[2:])
        )
        stored.align = 1
        return context.get_dummy_value()

    return types.void(source, types.int64, out, types.int64), codegen


@intrinsic
def _unlike(typingctx, one, start, other, at):  # type: ignore[no-untyped-def]
    """Of ``one[start : start + WIDE]`` and ``other[at : at + WIDE]``: uint64, bit i is set where bytes i differ."""

    def codegen(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        left = _vector(context, builder, signature.args[0], *arguments[:2])
        right = _vector(context, builder, signature.args[2], *arguments[2:])
        return builder.bitcast(builder.icmp_unsigned("!=", left, right), ir.IntType(64))

    return types.uint64(one, types.int64, other, types.int64), codegen


@intrinsic
def places_of(typingctx, data, at, value):  # type: ignore[no-untyped-def]
    """Of ``data[at : at + WIDE]`` of a uint8 array: uint64, bit i is set where byte i is ``value``."""

    def codegen(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        array, index, byte = arguments
        there = _vector(context, builder, signature.args[0], array, index)
        one = builder.insert_element(ir.Constant(there.type, ir.Undefined), byte, ir.IntType(32)(0))
        every = builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), WIDE), [0] * WIDE))
        return builder.bitcast(builder.icmp_unsigned("==", there, every), ir.IntType(64))

    return types.uint64(data, types.int64, types.uint8), codegen


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


@compiled
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


@inlined
def append_bytes(source, start, end, out, at):  # type: ignore[no-untyped-def]
    """``copy_bytes`` for an ``out`` that is filled from its begin on: what stands behind the copy is written over.

    A loop that ends at another length each time costs more than the bytes that it saves.
    """
    size = end - start
    if start + WIDE > len(source) or at + WIDE > len(out) or size > WIDE:
        return copy_bytes(source, start, end, out, at)
    _copy_wide(source, start, out, at)
    return at + size


@inlined
def same_bytes(one, start, other, at, size):  # type: ignore[no-untyped-def]
    """Whether ``one[start : start + size]`` equals ``other[at : at + size]``."""
    if size < WIDE and start + WIDE <= len(one) and at + WIDE <= len(other):
        return _unlike(one, start, other, at) & ((np.uint64(1) << np.uint64(size)) - np.uint64(1)) == 0
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
