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

_NAMES = frozenset(["name", "displayname", "label", "friendlyname"])
#: What an object has that is a machine; of these two, since a program also has a version of the system it runs on.
_OF_MACHINES = frozenset(
    [
        "serial",
        "serialnumber",
        "serialno",
        "osversion",
        "operatingsystem",
        "operatingsystemversion",
        "osname",
        "osplatform",
        "ostype",
        "platform",
        "osfamily",
        "os",
        "model",
        "manufacturer",
        "macaddress",
        "macaddresses",
        "mac",
        "biosversion",
        "biosserial",
        "deviceid",
        "hardwareid",
        "hwid",
        "udid",
        "imei",
        "meid",
        "agentversion",
        "lastboot",
        "lastboottime",
        "uptime",
        "ipaddress",
        "ipaddresses",
        "localip",
        "lastseen",
        "lastcheckin",
        "enrolled",
        "enrolleddate",
        "lastloggedinuser",
        "primaryuser",
        "loggedinuser",
        "assettag",
        "firmware",
        "firmwareversion",
        "memory",
        "cpu",
        "trusttype",
    ]
)
#: What an object has that is an event or a rule.
_OF_OTHERS = frozenset(["event", "eventtype", "action", "severity", "rule", "message", "query", "category"])
FEWEST = 2
_STRING = int(Decoder.JSON_STRING)


def declare_machines(data: Bytes, rows: Int32, keys: tuple[str, ...], parent: Int64) -> None:
    """Give such names their entity where they look like a machine's, in place.

    Args:
      rows: of ``json_fields``, before ``place_values``.
      keys, parent: of each node, its path and the node above.
    """
    named = _names(keys, parent)
    if not named:
        return
    judge = recognizer_for("HOSTNAME").accepts_likely_value
    told = np.isin(rows[:, KEY], named) & (rows[:, COLUMN] == TEXT) & (rows[:, ENTITY] == SCAN)
    known: dict[tuple[bytes, int], bool] = {}
    for row in np.flatnonzero(told).tolist():
        text = data[rows[row, START] : rows[row, END]].tobytes(), int(rows[row, DECODER])
        if text not in known:
            known[text] = judge(key_text(text[0], text[1] == _STRING).encode())
        if known[text]:
            rows[row, ENTITY] = ENTITY_ID["HOSTNAME"]


def _names(keys: tuple[str, ...], parent: Int64) -> list[int]:
    """Nodes of names in objects of machines."""
    objects: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for node, (key, above) in enumerate(zip(keys, parent.tolist(), strict=True)):
        objects[above][normalise_key(key.rpartition(".")[2]).replace("_", "")] = node
    found = []
    for having in objects.values():
        if len(_OF_MACHINES.intersection(having)) >= FEWEST and _OF_OTHERS.isdisjoint(having):
            found += [node for word, node in having.items() if word in _NAMES and entity_of_key(keys[node]) is None]
    return found
