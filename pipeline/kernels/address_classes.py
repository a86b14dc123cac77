"""What kinds of IPv6 addresses there are in a batch."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled

#: What an interface id is: all zero, holds an IPv4 address, made of a MAC, any other.
ZERO, HOLDS_IPV4, MADE_OF_MAC, OTHER = 0, 1, 2, 3
_MIDDLE = np.uint64(0xFFFF)


@compiled
def last_match(words, values, masks, out):  # type: ignore[no-untyped-def]
    """For each word the number of the last class with ``word & mask == value``; one matches every word. uint8 [n]."""
    for k in range(len(words)):
        number = len(values) - 1
        while words[k] & masks[number] != values[number]:
            number -= 1
        out[k] = number


@compiled
def interface_kinds(low, in_nat64, out):  # type: ignore[no-untyped-def]
    """What each interface id, uint64 [n], is; below a NAT64 prefix, bool [n], every one may be an IPv4 address."""
    for k in range(len(low)):
        top = low[k] >> np.uint64(32)
        if low[k] == 0:
            out[k] = ZERO
        elif top == 0x5EFE or top == 0x02005EFE or top == 0xFFFF or (top == 0 and in_nat64[k]):
            out[k] = HOLDS_IPV4
        elif low[k] >> np.uint64(24) & _MIDDLE == 0xFFFE:
            out[k] = MADE_OF_MAC
        else:
            out[k] = OTHER
