"""Keys whose meaning only another key of the same record tells: ``query`` is a host's name beside ``qtype_name``.

Source: https://docs.zeek.org/en/current/script-reference/log-files.html (dns.log, kerberos.log, rdp.log)
"""

from __future__ import annotations

import numpy as np

from pipeline.kernels.field_rows import COLUMN, ENTITY, KEY
from pipeline.kernels.json_fields import TEXT
from pipeline.records import SCAN, Int32, Int64
from recognizers.entities import ENTITY_ID

#: The key that tells -> key and entity of what it tells of.
SIBLINGS = {
    "qtype_name": ("query", "HOSTNAME"),
    "request_type": ("client", "USERNAME"),
    "client_dig_product_id": ("cookie", "USERNAME"),
}


def declare_by_siblings(rows: Int32, record_field: Int64, keys: tuple[str, ...]) -> None:
    """Give such values their entities, in place.

    Args:
      rows, record_field: of ``json_fields`` or ``delimited_fields``, before ``place_values``.
      keys: of each node or column.
    """
    place = {key.lower(): number for number, key in enumerate(keys)}
    for teller, (name, entity) in SIBLINGS.items():
        if teller not in place or name not in place:
            continue
        record = np.repeat(np.arange(len(record_field) - 1), np.diff(record_field))
        telling = np.zeros(len(record_field) - 1, np.bool_)
        telling[record[rows[:, KEY] == place[teller]]] = True
        told = (rows[:, KEY] == place[name]) & (rows[:, COLUMN] == TEXT) & (rows[:, ENTITY] == SCAN) & telling[record]
        rows[told, ENTITY] = ENTITY_ID[entity]
