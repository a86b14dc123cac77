"""Names in JSON objects that bear what only machines have: of ``{"name": "…", "serialNumber": "…", "osVersion": "…"}``
the serial number and the system tell whose name it is.

Inventories, device managers and detectors write so of each machine, whatever key the object itself stands under.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from pipeline.formats.paths import key_text
from pipeline.kernels.field_rows import COLUMN, DECODER, END, ENTITY, KEY, START
from pipeline.kernels.json_fields import TEXT
from pipeline.records import SCAN, Bytes, Decoder, Int32, Int64
from recognizers.entities import ENTITY_ID
from recognizers.key_words import normalise_key
from recognizers.keys import entity_of_key
from recognizers.registry import recognizer_for

_NAMES = {"name", "displayname", "label", "friendlyname"}
#: What an object has that is a machine; of these two, since a program also has a version of the system it runs on.
_OF_MACHINES = {
    "serial", "serialnumber", "serialno", "osversion", "operatingsystem", "operatingsystemversion", "osname",
    "osplatform", "ostype", "platform", "osfamily", "os", "model", "manufacturer", "macaddress", "macaddresses",
    "mac", "biosversion", "biosserial", "deviceid", "hardwareid", "hwid", "udid", "imei", "meid", "agentversion",
    "lastboot", "lastboottime", "uptime", "ipaddress", "ipaddresses", "localip", "lastseen", "lastcheckin",
    "enrolled", "enrolleddate", "lastloggedinuser", "primaryuser", "loggedinuser", "assettag", "firmware",
    "firmwareversion", "memory", "cpu", "trusttype",
}  # fmt: skip
#: What an object has that is an event or a rule.
_OF_OTHERS = {"event", "eventtype", "action", "severity", "rule", "message", "query", "category"}
FEWEST = 2
_STRING = int(Decoder.JSON_STRING)


def declare_machines(data: Bytes, rows: Int32, record_field: Int64, keys: tuple[str, ...], parent: Int64) -> None:
    """Give such names their entity where they look like a machine's, in place.

    Args:
      rows, record_field: of ``json_fields``, before ``place_values``.
      keys, parent: of each node, its path and the node above.
    """
    objects = _objects(keys, parent)
    if not objects:
        return
    judge = recognizer_for("HOSTNAME").accepts_likely_value
    record = np.repeat(np.arange(len(record_field) - 1), np.diff(record_field))
    known: dict[tuple[bytes, int], bool] = {}
    for names, of_machines, of_others in objects:
        bears = _distinct(rows, record, of_machines, len(record_field) - 1) >= FEWEST
        bears &= _distinct(rows, record, of_others, len(record_field) - 1) == 0
        told = np.isin(rows[:, KEY], names) & (rows[:, COLUMN] == TEXT) & (rows[:, ENTITY] == SCAN) & bears[record]
        for row in np.flatnonzero(told).tolist():
            text = data[rows[row, START] : rows[row, END]].tobytes(), int(rows[row, DECODER])
            if text not in known:
                known[text] = judge(key_text(text[0], text[1] == _STRING).encode())
            if known[text]:
                rows[row, ENTITY] = ENTITY_ID["HOSTNAME"]


def _objects(keys: tuple[str, ...], parent: Int64) -> list[tuple[list[int], list[int], list[int]]]:
    """Of objects that may be machines the nodes of their names, of what machines have, and of what others have."""
    objects: defaultdict[int, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
    for node, (key, above) in enumerate(zip(keys, parent.tolist(), strict=True)):
        word = normalise_key(key.rpartition(".")[2]).replace("_", "")
        for nodes, words in zip(objects[above], (_NAMES, _OF_MACHINES, _OF_OTHERS), strict=True):
            if word in words and (words is not _NAMES or entity_of_key(key) is None):
                nodes.append(node)
    return [nodes for nodes in objects.values() if nodes[0] and len(nodes[1]) >= FEWEST]


def _distinct(rows: Int32, record: Int64, nodes: list[int], records: int) -> Int64:
    """int64 [records]: how many of some nodes each record has."""
    there = np.flatnonzero(np.isin(rows[:, KEY], nodes))
    pairs = np.unique(record[there] * (1 + max(nodes, default=0)) + rows[there, KEY])
    return np.bincount(pairs // (1 + max(nodes, default=0)), minlength=records)
