"""A worker process of a local run: Beam's own harness, without its log on the user's terminal.

Run as ``python -m pipeline.beam.worker``. What fails in a unit comes back to the driver as its error.
"""

from __future__ import annotations

import logging
import sys
import threading

import grpc  # type: ignore[import-untyped]
from apache_beam.runners.worker import sdk_worker_main

from pipeline.memory import keep_memory


def main() -> None:
    keep_memory()
    logging.disable(logging.CRITICAL)
    # A worker whose driver was killed loses its channels: it ends, and there is no one to tell.
    threading.excepthook = lambda args: None
    try:
        sdk_worker_main.main(sys.argv)
    except grpc.RpcError:
        sys.exit(1)


if __name__ == "__main__":
    main()
