"""Beam graphs: the only room that imports apache_beam.

Beam warns at import of clients for clouds that a run may never touch; that is not for our users' terminals.
"""

import logging

_disabled_before = logging.root.manager.disable
logging.disable(logging.WARNING)
try:
    import apache_beam as apache_beam
finally:
    logging.disable(_disabled_before)
