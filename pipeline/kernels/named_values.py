"""Values that stand beside their names, ``{"name": "Cookie", "value": "…"}``, in rows of ``json_fields``."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating
from pipeline.kernels.field_rows import KEY_COLUMN

#: What a node is.
NEITHER, NAME, VALUE = range(3)


@allocating
def named_values(rows, record_field, role, parent):  # type: ignore[no-untyped-def]
    """Each value's row with its name's, whichever of the two comes first.

    Args:
      rows, record_field: of ``json_fields``.
      role: uint8 [k], of each node NEITHER, NAME or VALUE.
      parent: int64 [k], of each node.

    Returns:
      int64 [n, 2]: (row of the name, row of the value), in order of their objects.
    """
    pairs = np.empty((len(rows), 2), np.int64)
    count = 0
    for r in range(len(record_field) - 1):
        element, name, value = np.int64(-1), np.int64(-1), np.int64(-1)
        for f in range(record_field[r], record_field[r + 1]):
            node = np.int64(rows[f, 5])
            if node < 0 or rows[f, 4] == KEY_COLUMN or role[node] == 0:
                continue
            if parent[node] != element:
                element, name, value = np.int64(parent[node]), np.int64(-1), np.int64(-1)
            if role[node] == 1:
                name = np.int64(f)
            else:
                value = np.int64(f)
            if name >= 0 and value >= 0:
                pairs[count, 0] = name
                pairs[count, 1] = value
                count += 1
                name, value = np.int64(-1), np.int64(-1)
    return pairs[:count]
