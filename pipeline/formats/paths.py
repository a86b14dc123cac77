"""Paths of keys spelled out, once per distinct path of a batch."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.kernels.key_paths import LAST_PLACE
from pipeline.records import Bytes


def spell_paths(
    data: Bytes, nodes: npt.NDArray[np.int64], *, escaped: bool, given: Sequence[str] = ()
) -> tuple[str, ...]:
    """The dotted path of each node; node 0 is the record and has none.

    Places in an array stand as numbers, ``a.0.b``; those above 255 share ``a.255+``. Bytes that are no UTF-8 are
    spelled U+FFFD.

    Args:
      data: uint8, the batch's buffer.
      nodes: int64 [k, 5] of ``kernels.key_paths``.
      escaped: whether keys are JSON strings, whose escapes are resolved.
      given: of the nodes from 1 on that no key stands for.
    """
    paths = ["", *given]
    for parent, start, end in nodes[len(paths) :, :3].tolist():
        if start < 0:
            name = "255+" if end == LAST_PLACE else str(end)
        else:
            name = key_text(data[start:end].tobytes(), escaped)
        paths.append(f"{paths[parent]}.{name}" if paths[parent] else name)
    return tuple(paths)


def key_text(raw: bytes, escaped: bool) -> str:
    """What a key, or a part of another string, reads."""
    text = raw.decode("utf-8", "replace")
    if escaped and "\\" in text:
        text = json.loads(f'"{text}"')
        # A lone surrogate, which an escape can write, has no UTF-8.
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
