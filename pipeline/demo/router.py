"""Acme's edge router: syslog after RFC 3164, with priorities, as it reaches a collector."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.demo.clients import ACME, Person, spelt
from pipeline.demo.days import Day

ROUTER = "edge-rtr-01"
SCANNERS = tuple(f"192.0.2.{n}" for n in (7, 19, 44, 45, 113, 201))
SERVERS = ("10.20.0.10", "10.20.0.25", "10.20.0.53")


def lan_address(person: Person) -> str:
    """The address that a person's machine leases, the same in every input of the day."""
    return f"10.20.4.{person.number}"


def lines(day: Day, count: int) -> Iterator[str]:
    stories: tuple[Callable[[Day, Person], list[tuple[int, str]]], ...] = (
        lease,
        lease,
        wireless,
        flow,
        flow,
        flow,
        blocked,
        blocked,
        tunnel,
        neighbour,
        console,
        upkeep,
    )
    made = 0
    while True:
        story = day.pick(stories)
        for priority, text in story(day, day.pick(ACME)):
            if made == count:
                return
            day.pass_time(40)
            yield f"<{priority}>{day.rfc3164()} {ROUTER} {text}"
            made += 1


def lease(day: Day, person: Person) -> list[tuple[int, str]]:
    ip = lan_address(person)
    return [
        (30, f"dhcpd[612]: DHCPREQUEST for {ip} from {person.mac} ({person.host}) via vlan20"),
        (30, f"dhcpd[612]: DHCPACK on {ip} to {person.mac} ({person.host}) via vlan20"),
    ]


def wireless(day: Day, person: Person) -> list[tuple[int, str]]:
    access_point = f"00:00:5e:00:53:{0xA0 + day.below(4):02x}"
    return [
        (134, f"hostapd: wlan0: STA {person.mac} IEEE 802.11: associated ssid=acme-staff bssid={access_point}"),
        (134, f"hostapd: wlan0: STA {person.mac} RADIUS: starting accounting session {day.hexadecimal(16).upper()}"),
    ]


def flow(day: Day, person: Person) -> list[tuple[int, str]]:
    protocol, port = day.pick((("TCP", 443), ("TCP", 993), ("UDP", 53), ("TCP", 22)))
    return [
        (
            6,
            f"kernel: [FW-ACCEPT] IN=vlan20 OUT=wan0 MAC={person.mac} SRC={lan_address(person)} "
            f"DST={day.pick(SERVERS)} LEN={day.between(40, 1500)} TTL=63 ID={day.below(65536)} PROTO={protocol} "
            f"SPT={day.between(32768, 60999)} DPT={port}",
        )
    ]


def blocked(day: Day, person: Person) -> list[tuple[int, str]]:
    return [
        (
            4,
            f"kernel: [FW-DROP] IN=wan0 OUT= SRC={day.pick(SCANNERS)} DST=203.0.113.{day.between(1, 30)} "
            f"LEN=40 TTL={day.between(40, 60)} ID={day.below(65536)} PROTO=TCP SPT={day.between(1024, 65535)} "
            f"DPT={day.pick((22, 23, 445, 3389, 8080))}",
        )
    ]


def tunnel(day: Day, person: Person) -> list[tuple[int, str]]:
    outside = f"192.0.2.{person.number}"
    return [
        (37, f"openvpn[901]: {outside}:{day.between(32768, 60999)} peer info: IV_HWADDR={person.mac}"),
        (37, f"openvpn[901]: user={person.account} address=10.20.9.{person.number} from {outside}: authenticated"),
        (38, f"openvpn[901]: {person.account}@acme.example from {outside}: session {day.uuid()} opened"),
    ]


def neighbour(day: Day, person: Person) -> list[tuple[int, str]]:
    dotted = spelt(person.mac, "dotted")
    return [
        (189, f"%ARP-4-MOVED: {lan_address(person)} is at {dotted} on GigabitEthernet0/{day.between(1, 24)}"),
        (189, f"%ND-6-REACHABLE: {person.link_local} {spelt(person.mac, 'dash')} on GigabitEthernet0/2"),
        (189, f"%ND-6-REACHABLE: 2001:db8:ac:20::{person.number:x} {dotted} on GigabitEthernet0/2"),
    ]


def console(day: Day, person: Person) -> list[tuple[int, str]]:
    return [
        (189, f"%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: {person.account}] [Source: {lan_address(person)}]"),
        (189, f"%SYS-5-CONFIG_I: Configured from console by {person.account} on vty0 ({lan_address(person)})"),
        (189, f"%SNMP-3-AUTHFAIL: Authentication failure for SNMP req from host {day.pick(SERVERS)}"),
    ]


def upkeep(day: Day, person: Person) -> list[tuple[int, str]]:
    return [
        (46, "ntpd[488]: synchronized to 10.20.0.53, stratum 2"),
        (46, f"chassis: serial=FOC{day.digits(4)}ACME temperature {day.between(38, 51)} C, fans normal"),
        (46, "link Lakeside-Depot up, 1000 Mb/s full duplex"),
    ]
