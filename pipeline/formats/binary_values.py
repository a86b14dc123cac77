"""What JSON says is base64 by what stands beside it: bodies in HAR files, messages of WebSocket, requests at gateways.

Sources: http://www.softwareishard.com/blog/har-12-spec/#content, RFC 6455 5.2 (opcode 2), and what AWS gives functions
(https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html).
"""

from __future__ import annotations

import numpy as np

from pipeline.kernels.field_rows import COLUMN, END, ENTITY, START
from pipeline.kernels.json_fields import TEXT
from pipeline.kernels.named_values import NAME, VALUE, named_values
from pipeline.records import SCAN, Bytes, Int32, Int64
from recognizers.entities import ENTITY_ID

#: The key that tells, by what value, of which key beside it.
_TELLERS = (("encoding", b"base64", "text"), ("opcode", b"2", "data"), ("isbase64encoded", b"true", "body"))


def declare_binary(data: Bytes, rows: Int32, record_field: Int64, keys: tuple[str, ...], parent: Int64) -> None:
    """Give such values their entity, in place; what is a text once it is decoded is read all the same.

    Args:
      rows, record_field: of ``json_fields``, before ``place_values``.
      keys, parent: of each node, its path and the node above.
    """
    last = [key.rpartition(".")[2].lower() for key in keys]
    for teller, value, told in _TELLERS:
        role = np.array([NAME if key == teller else VALUE if key == told else 0 for key in last], np.uint8)
        if not ((role == NAME).any() and (role == VALUE).any()):
            continue
        names, values = named_values(rows, record_field, role, np.ascontiguousarray(parent)).T
        spans = rows[names][:, [START, END]].tolist()
        tells = np.array([data[first:end].tobytes().lower() == value for first, end in spans], np.bool_)
        which = values[tells & (rows[values, COLUMN] == TEXT) & (rows[values, ENTITY] == SCAN)]
        rows[which, ENTITY] = ENTITY_ID["BINARY_CONTENT"]
