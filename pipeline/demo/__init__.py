"""Sample inputs of two imaginary firms, made when they are asked for: the same bytes every time, everywhere.

All names, addresses and numbers are invented or reserved for documentation (RFC 2606, RFC 5737, RFC 3849, RFC 7042)
or private (RFC 1918).
"""

from pipeline.demo.clients import CLIENTS
from pipeline.demo.inputs import write_inputs

__all__ = ["CLIENTS", "write_inputs"]
