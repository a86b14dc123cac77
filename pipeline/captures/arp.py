"""ARP and RARP (RFC 826, RFC 903)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import EUI64, IPV4, MAC, SCAN, be16, byte, claim, keep, note
from pipeline.captures.layers import DONE
from pipeline.kernels.compiling import compiled

_OPERATION = NUMBER_ID["arp_operation"]
_SENDER, _SENDER_IP = TEXT_ID["arp_sender_mac"], TEXT_ID["arp_sender_ip"]
_TARGET, _TARGET_IP = TEXT_ID["arp_target_mac"], TEXT_ID["arp_target_ip"]


@compiled
def arp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Types and lengths of addresses, then two pairs of them; of other protocols than IPv4 the lengths alone."""
    if stop - at < 8:
        return DONE, at, stop
    keep(out, at, at + 8)
    note(out, _OPERATION, be16(data, at + 6))
    hardware, protocol = byte(data, at + 4), byte(data, at + 5)
    if be16(data, at + 2) != 0x0800 or protocol != 4 or stop - at < 8 + 2 * (hardware + protocol):
        return DONE, at, stop
    at += 8
    _claim_hardware(out, at, hardware, _SENDER)
    claim(out, at + hardware, at + hardware + 4, IPV4, SCAN, _SENDER_IP)
    at += hardware + 4
    _claim_hardware(out, at, hardware, _TARGET)
    claim(out, at + hardware, at + hardware + 4, IPV4, SCAN, _TARGET_IP)
    return DONE, at + hardware + 4, stop


@compiled
def _claim_hardware(out, at, size, column):  # type: ignore[no-untyped-def]
    if size == 6:
        claim(out, at, at + 6, MAC, SCAN, column)
    elif size == 8:
        claim(out, at, at + 8, EUI64, SCAN, column)
