"""Payloads of one application after the other: a reader for each, compiled when the first such payload comes.

The loops are written out, since numba keeps none for the next process that another function made.
"""

from __future__ import annotations

from pipeline.captures.dhcp import dhcp
from pipeline.captures.dhcpv6 import dhcpv6
from pipeline.captures.dns import dns, dns_tcp
from pipeline.captures.ftp import ftp
from pipeline.captures.http import http
from pipeline.captures.jobs import AT, DEPTH, LAYER, STOP, enter, leave
from pipeline.captures.netbios import datagram, name_service
from pipeline.captures.ntp import ntp
from pipeline.captures.pop_imap import imap, pop
from pipeline.captures.radius import radius
from pipeline.captures.sip import sip
from pipeline.captures.smb import smb
from pipeline.captures.smtp import smtp
from pipeline.captures.snmp import snmp
from pipeline.captures.ssh import encrypted_ssh, ssh
from pipeline.captures.syslog import syslog
from pipeline.captures.tftp import tftp
from pipeline.captures.tls import tls
from pipeline.kernels.compiling import compiled


@compiled
def read_dns(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        dns(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_dhcp(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        dhcp(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_dhcpv6(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        dhcpv6(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_name_service(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        name_service(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_datagram(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        datagram(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_snmp(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        snmp(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_tftp(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        tftp(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_ntp(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        ntp(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_syslog(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        syslog(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_radius(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        radius(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_ssh(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        ssh(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_encrypted_ssh(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        encrypted_ssh(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_smb(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        smb(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_http(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        http(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_sip(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        sip(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_smtp(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        smtp(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_pop(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        pop(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_imap(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        imap(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_ftp(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        ftp(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_tls(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        tls(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)


@compiled
def read_dns_tcp(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        dns_tcp(data, job[AT], job[STOP], out)
        if not leave(job, job[LAYER], job[AT], job[STOP], job[DEPTH], rows, runs, out):
            return k
    return len(which)
