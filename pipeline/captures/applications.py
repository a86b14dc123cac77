"""What a transport carries: by its ports, else by how it begins. What no one knows is left."""

from __future__ import annotations

import numpy as np

from pipeline.captures.dhcp import dhcp
from pipeline.captures.dhcpv6 import dhcpv6
from pipeline.captures.dns import dns, dns_tcp
from pipeline.captures.fields import DESTINATION_PORT, ROWS_USED, SOURCE_PORT, TRANSPORT, compiled
from pipeline.captures.ftp import ftp
from pipeline.captures.http import http
from pipeline.captures.netbios import datagram, name_service
from pipeline.captures.ntp import ntp
from pipeline.captures.pop_imap import imap, pop
from pipeline.captures.radius import radius
from pipeline.captures.sip import sip
from pipeline.captures.smb import is_smb, smb
from pipeline.captures.smtp import smtp
from pipeline.captures.snmp import snmp
from pipeline.captures.ssh import is_ssh, ssh
from pipeline.captures.syslog import syslog
from pipeline.captures.tftp import tftp
from pipeline.captures.tls import is_tls, tls
from pipeline.records import Bytes

_TCP, _UDP = 6, 17
_DNS, _DHCP, _DHCPV6, _NAME_SERVICE, _DATAGRAM, _SNMP, _TFTP, _NTP, _SYSLOG, _RADIUS, _SSH, _SMB = range(1, 13)
_HTTP, _SIP, _SMTP, _POP, _IMAP, _FTP = range(13, 19)


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
        _DNS: (53,),
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
def application(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim what ``data[at:stop]`` holds of a protocol that is known; ports and transport are in ``out.state``."""
    if at >= stop:
        return
    # The server's port is the lower one, as a rule.
    low = min(out.state[SOURCE_PORT], out.state[DESTINATION_PORT])
    high = max(out.state[SOURCE_PORT], out.state[DESTINATION_PORT])
    used = out.state[ROWS_USED]
    if out.state[TRANSPORT] == _UDP:
        _datagram(data, at, stop, _UDP_SERVICES[low], out)
        if out.state[ROWS_USED] == used:
            _datagram(data, at, stop, _UDP_SERVICES[high], out)
    elif out.state[TRANSPORT] == _TCP:
        _segment(data, at, stop, _TCP_SERVICES[low], out)
        if out.state[ROWS_USED] == used:
            _segment(data, at, stop, _TCP_SERVICES[high], out)
        if out.state[ROWS_USED] == used:
            _unknown_segment(data, at, stop, out)


@compiled
def _datagram(data, at, stop, service, out):  # type: ignore[no-untyped-def]
    if service == _DNS:
        dns(data, at, stop, out)
    elif service == _DHCP:
        dhcp(data, at, stop, out)
    elif service == _DHCPV6:
        dhcpv6(data, at, stop, out)
    elif service == _NAME_SERVICE:
        name_service(data, at, stop, out)
    elif service == _DATAGRAM:
        datagram(data, at, stop, out)
    elif service == _SNMP:
        snmp(data, at, stop, out)
    elif service == _TFTP:
        tftp(data, at, stop, out)
    elif service == _NTP:
        ntp(data, at, stop, out)
    elif service == _SYSLOG:
        syslog(data, at, stop, out)
    elif service == _RADIUS:
        radius(data, at, stop, out)
    elif service == _HTTP:
        http(data, at, stop, out)
    elif service == _SIP:
        sip(data, at, stop, out)


@compiled
def _segment(data, at, stop, service, out):  # type: ignore[no-untyped-def]
    if service == _DNS:
        dns_tcp(data, at, stop, out)
    elif service == _SSH:
        ssh(data, at, stop, out)
    elif service == _SMB:
        smb(data, at, stop, out)
    elif service == _SIP:
        sip(data, at, stop, out)
    elif service == _SMTP:
        smtp(data, at, stop, out)
    elif service == _POP:
        pop(data, at, stop, out)
    elif service == _IMAP:
        imap(data, at, stop, out)
    elif service == _FTP:
        ftp(data, at, stop, out)


@compiled
def _unknown_segment(data, at, stop, out):  # type: ignore[no-untyped-def]
    """What tells of itself by how it begins, behind whatever port, or behind one where TLS was asked for."""
    if is_tls(data, at, stop):
        tls(data, at, stop, out)
    elif is_ssh(data, at, stop):
        ssh(data, at, stop, out)
    elif is_smb(data, at, stop):
        smb(data, at, stop, out)
    elif not http(data, at, stop, out):
        sip(data, at, stop, out)
