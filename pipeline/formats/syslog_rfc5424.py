"""Syslog as RFC 5424 defines it, one record per line (https://www.rfc-editor.org/rfc/rfc5424)."""

from __future__ import annotations

import numpy as np

from pipeline.formats.format import SEED, Context, Fields, Format, fields_from
from pipeline.formats.paths import spell_paths
from pipeline.kernels.framing import INDENTED
from pipeline.kernels.key_paths import PARENT
from pipeline.kernels.syslog_fields import HEADER_KEYS, rfc5424_fields
from pipeline.records import Bytes, Int64


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """Structured data stands under ``<SD-ID>.<PARAM-NAME>``; its values are raw text, escapes included."""
    rows, record_field, time, shaped, nodes = rfc5424_fields(
        data, record_start, record_end, context.zone_minutes, SEED, len(HEADER_KEYS)
    )
    keys = HEADER_KEYS + spell_paths(data, nodes, escaped=False)
    parent = np.where(nodes[:, PARENT] < 0, -1, nodes[:, PARENT] + len(HEADER_KEYS))
    key_parent = np.concatenate((np.full(len(HEADER_KEYS), -1), parent)).astype(np.int32)
    return fields_from(rows, record_field, time, shaped, keys, key_parent)


FORMAT = Format("syslog-rfc5424", "lines", INDENTED, parse)
