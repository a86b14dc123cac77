"""What a transport carries: by its ports, else by how it begins. What no one knows is left."""

from __future__ import annotations

import numpy as np

from pipeline.captures import layers
from pipeline.captures.fields import DESTINATION_PORT, SOURCE_PORT, TRANSPORT, Out
from pipeline.captures.jobs import AT, CLAIMED, LAYER, STATE, STOP, TRIED
from pipeline.captures.payloads import (
    read_datagram,
    read_dhcp,
    read_dhcpv6,
    read_dns,
    read_dns_tcp,
    read_encrypted_ssh,
    read_ftp,
    read_http,
    read_imap,
    read_name_service,
    read_ntp,
    read_pop,
    read_radius,
    read_sip,
    read_smb,
    read_smtp,
    read_snmp,
    read_ssh,
    read_syslog,
    read_tftp,
    read_tls,
)
from pipeline.captures.smb import is_smb
from pipeline.captures.ssh import is_ssh
from pipeline.captures.tls import is_tls, next_certificate
from pipeline.kernels.compiling import compiled
from pipeline.records import Bytes, Int32, Int64

_TCP, _UDP = 6, 17
_DNS, _DHCP, _DHCPV6, _NAME_SERVICE, _DATAGRAM, _SNMP, _TFTP, _NTP, _SYSLOG, _RADIUS, _SSH, _SMB = range(1, 13)
_HTTP, _SIP, _SMTP, _POP, _IMAP, _FTP, _TLS, _DNS_TCP, _ENCRYPTED_SSH = range(13, 22)
NOTHING = 0
#: What is tried in turn until something is claimed: the service of the lower port, which is the server's as a rule, of
#: the higher one, and what a segment's beginning tells of, behind whatever port. What is left of SSH is encrypted.
_BY_LOW, _BY_HIGH, _BY_SHAPE, _AS_HTTP, _AS_SIP, _AS_ENCRYPTED, TRIES = range(7)


def _by_port(ports: dict[int, tuple[int, ...]]) -> Bytes:
    services = np.zeros(1 << 16, np.uint8)
    for service, numbers in ports.items():
        services[list(numbers)] = service
    return services


#: IANA's service names and port numbers; of RADIUS the older ones, too (RFC 2865 section 3).
_UDP_SERVICES = _by_port(
    {
        _DNS: (53, 5353, 5355),
        _DHCP: (67, 68, 4011),
        _DHCPV6: (546, 547),
        _NAME_SERVICE: (137,),
        _DATAGRAM: (138,),
        _SNMP: (161, 162),
        _TFTP: (69,),
        _NTP: (123,),
        _SYSLOG: (514,),
        _RADIUS: (1812, 1813, 1645, 1646, 1700, 3799),
        _HTTP: (1900,),
        _SIP: (5060,),
    }
)
_TCP_SERVICES = _by_port(
    {
        _DNS_TCP: (53,),
        _SSH: (22,),
        _SMB: (139, 445),
        _SIP: (5060,),
        _SMTP: (25, 587),
        _POP: (110,),
        _IMAP: (143,),
        _FTP: (21,),
    }
)


@compiled
def _begins_with_letters(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether there are three letters, as methods and versions begin with: most segments of bulk data end here."""
    if at + 3 > stop:
        return False
    # A letter's sixth bit is its case.
    first, second, third = data[at] & 0xDF, data[at + 1] & 0xDF, data[at + 2] & 0xDF
    return 65 <= first <= 90 and 65 <= second <= 90 and 65 <= third <= 90


@compiled
def _service(job, data):  # type: ignore[no-untyped-def]
    """What a packet's payload is to be tried as by the try that it is at, NOTHING where that tells of no service."""
    at, stop = job[AT], job[STOP]
    transport = job[STATE + TRANSPORT]
    if job[TRIED] <= _BY_HIGH:
        source, destination = job[STATE + SOURCE_PORT], job[STATE + DESTINATION_PORT]
        port = min(source, destination) if job[TRIED] == _BY_LOW else max(source, destination)
        if transport == _UDP:
            return np.int64(_UDP_SERVICES[port])
        return np.int64(_TCP_SERVICES[port]) if transport == _TCP else NOTHING
    if transport != _TCP:
        return NOTHING
    if job[TRIED] == _BY_SHAPE:
        if is_tls(data, at, stop) or next_certificate(data, at, stop) < stop:
            return _TLS
        if is_ssh(data, at, stop):
            return _SSH
        return _SMB if is_smb(data, at, stop) else NOTHING
    if job[TRIED] == _AS_ENCRYPTED:
        source, destination = job[STATE + SOURCE_PORT], job[STATE + DESTINATION_PORT]
        is_ssh_port = _TCP_SERVICES[source] == _SSH or _TCP_SERVICES[destination] == _SSH
        return _ENCRYPTED_SSH if is_ssh_port else NOTHING
    if _begins_with_letters(data, at, stop):
        return _HTTP if job[TRIED] == _AS_HTTP else _SIP
    return NOTHING


@compiled
def services_of(data, jobs, which, services):  # type: ignore[no-untyped-def]
    """What each packet's payload is to be tried as next, into ``services``; NOTHING where nothing is left to be tried.

    Tries that tell of no service are passed over.
    """
    for k in range(len(which)):
        job = jobs[which[k]]
        service = NOTHING
        while job[TRIED] < TRIES and service == NOTHING:
            service = _service(job, data)
            job[TRIED] += 1
        job[CLAIMED] = 0
        services[k] = service


@compiled
def end_tries(jobs, which, services):  # type: ignore[no-untyped-def]
    """Packets are done of which something was claimed, or nothing is left to be tried."""
    for k in range(len(which)):
        job = jobs[which[k]]
        if services[k] == NOTHING or job[CLAIMED] != 0 or job[TRIED] == TRIES:
            job[LAYER] = layers.DONE


#: By service: reads packets' payloads as it.
READERS = {
    _DNS: read_dns,
    _DHCP: read_dhcp,
    _DHCPV6: read_dhcpv6,
    _NAME_SERVICE: read_name_service,
    _DATAGRAM: read_datagram,
    _SNMP: read_snmp,
    _TFTP: read_tftp,
    _NTP: read_ntp,
    _SYSLOG: read_syslog,
    _RADIUS: read_radius,
    _SSH: read_ssh,
    _SMB: read_smb,
    _HTTP: read_http,
    _SIP: read_sip,
    _SMTP: read_smtp,
    _POP: read_pop,
    _IMAP: read_imap,
    _FTP: read_ftp,
    _TLS: read_tls,
    _DNS_TCP: read_dns_tcp,
    _ENCRYPTED_SSH: read_encrypted_ssh,
}


def read_payloads(data: Bytes, jobs: Int64, runs: Int32, out: Out) -> int:
    """Read the payloads that wait in some packets, each as one service after the other until one claims something.

    Returns:
      The packet at which room for claims ran out, or -1.
    """
    while len(which := np.flatnonzero(jobs[:, LAYER] == layers.APPLICATION)):
        services = np.empty(len(which), np.int64)
        services_of(data, jobs, which, services)
        for service in np.flatnonzero(np.bincount(services)).tolist():
            if service == NOTHING:
                continue
            own = which[services == service]
            done = READERS[service](data, jobs, own, runs, out)
            if done < len(own):
                return int(own[done])
        end_tries(jobs, which, services)
    return -1
