"""Hosts in the paths and labels of metrics: Graphite's and collectd's paths, Prometheus' label of what was scraped."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern
from recognizers.hosts import TRIM, is_named
from recognizers.phrases import NAME_BYTES
from recognizers.words import common_words

#: A host, and what is measured of it: plugins of collectd, and what agents of Graphite call the like.
_MEASURED = re.compile(
    rb"([A-Za-z0-9_-]{2,63})\.(?:aggregation|apache|battery|conntrack|cpu|df|disk|dns|entropy|fs|filesystem|if|interface"
    rb"|io|ipmi|irq|jvm|load|loadavg|mem|memory|mysql|net|network|nfs|nginx|ntpd?|ping|postgresql|process|processes|queue"
    rb"|redis|sensors?|snmp|sockets?|swap|system|tcp|tcpconns|temperature|thermal|uptime|users|virt|vmem|vmstat|zfs)"
    rb"(?:[-_.]|\Z)"
)


def _measured_host(value: bytes) -> tuple[int, int] | None:
    found = _MEASURED.match(value)
    return found.span(1) if found and found.group(1).lower() not in common_words() else None


IN_METRICS = (
    AnchorPattern(
        "in the path of a metric",
        r"\b(?:collectd|servers|hosts|nodes|machines|vms|switches|routers|devices|hypervisors)\.",
        NAME_BYTES,
        0.6,
        4,
        part=_measured_host,
    ),
    AnchorPattern("scraped instance", r"[{,] ?instance=\x22", NAME_BYTES, 0.6, 2, TRIM, check=is_named),
)
