"""Figures for Prometheus: how many, how long, how large; no label holds a name, a text or a value of a request."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The figures of one service, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self._requests = Counter("redact_requests", "By route and status.", ("route", "status"), registry=own)
        self._seconds = Histogram(
            "redact_request_seconds", "How long they took.", ("route",), buckets=_SECONDS, registry=own
        )
        self._texts = Counter("redact_texts", "Texts, by what became of them.", ("outcome",), registry=own)
        self._bytes = Counter("redact_text_bytes", "Bytes of texts that came in.", registry=own)
        self._findings = Counter("redact_findings", "By entity and action.", ("entity", "action"), registry=own)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
          route: as the service declares it, never a path as it was asked for.
        """
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, size: int, reason: str) -> None:
        """Count a text; ``reason`` is why it was refused, or empty."""
        self._texts.labels(f"refused: {reason}" if reason else "returned").inc()
        self._bytes.inc(size)

    def findings(self, counts: Mapping[tuple[str, str], int]) -> None:
        for (entity, action), count in counts.items():
            self._findings.labels(entity, action).inc(count)

    def text_format(self) -> bytes:
        return generate_latest(self._registry)
