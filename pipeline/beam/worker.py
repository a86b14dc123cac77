"""A worker process of a local run: Beam's own harness, without its log on the user's terminal.

Run as ``python -m pipeline.beam.worker``. What fails in a unit comes back to the driver as its error.
"""

from __future__ import annotations

import logging
import sys

from apache_beam.runners.worker import sdk_worker_main


def main() -> None:
    logging.disable(logging.CRITICAL)
    sdk_worker_main.main(sys.argv)


if __name__ == "__main__":
    main()
