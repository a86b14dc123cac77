"""Zeek's logs, as rows and as JSON, tell of the same hosts and users as the syslog beside them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

if TYPE_CHECKING:
    from conftest import Desk

ENDS = {"id.orig_h": "192.0.2.21", "id.orig_p": 50000, "id.resp_h": "198.51.100.7", "id.resp_p": 445}
LOGS: dict[str, dict[str, Any]] = {
    "conn": {**ENDS, "orig_l2_addr": "00:00:5e:00:53:21", "community_id": "1:wCb3OG7yAFWelaUydu0D+125CLM="},
    "dns": {**ENDS, "query": "hollowgate", "qtype_name": "A", "answers": ["192.0.2.77"]},
    "dhcp": {"mac": "00:00:5e:00:53:21", "host_name": "barn7", "client_fqdn": "barn7.example.com"},
    "http": {**ENDS, "method": "GET", "host": "barn7", "uri": "/x?user=mhale", "password": "hunter2"},
    "ssl": {**ENDS, "server_name": "barn7.example.com", "subject": "CN=barn7.example.com"},
    "x509": {"certificate.subject": "CN=barn7.example.com", "san.dns": ["barn7", "barn7.example.com"]},
    "kerberos": {**ENDS, "request_type": "AS", "client": "mhale/EXAMPLE.COM", "service": "krbtgt/EXAMPLE.COM"},
    "ntlm": {**ENDS, "username": "mhale", "hostname": "BARN7", "server_dns_computer_name": "hollowgate.example.com"},
    "files": {"tx_hosts": ["198.51.100.7"], "sha1": "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    "rdp": {**ENDS, "cookie": "mhale", "client_name": "BARN7", "client_dig_product_id": "-"},
    "notice": {"note": "SSH::Guessing", "msg": "192.0.2.21 guesses", "src": "192.0.2.21", "dst": "198.51.100.7"},
}
SYSLOG = (
    "Nov 24 10:00:00 barn7 dhcpd: DHCPACK on 192.0.2.21 to 00:00:5e:00:53:21 (barn7) via eth0\n"
    "Nov 24 10:00:01 barn7 sshd[1]: Accepted password for mhale from 192.0.2.21 port 22 ssh2\n"
    "Nov 24 10:00:02 hollowgate sshd[1]: Accepted password for mhale from 198.51.100.7 port 22 ssh2\n"
)
ORIGINALS = (
    b"192.0.2.", b"198.51.100.", b"barn7", b"BARN7", b"hollowgate", b"example.com", b"EXAMPLE.COM", b"mhale",
    b"hunter2", b"00:53:21", b"wCb3OG7yAFWelaUydu0D", b"da39a3ee5e6b",
)  # fmt: skip


def rows(path: str, record: dict[str, Any]) -> str:
    """A log of one record as Zeek writes it by default."""
    cells = [",".join(v) if isinstance(v, list) else str(v) for v in record.values()]
    return (
        f"#separator \\x09\n#set_separator\t,\n#path\t{path}\n#fields\tts\tuid\t" + "\t".join(record) + "\n"
        "1764000000.1\tCmES5u32sYpV7JYN\t" + "\t".join(cells) + "\n"
    )  # fmt: skip


@pytest.mark.parametrize("form", ["rows", "json"])
def test_one_host_has_one_pseudonym_in_zeeks_logs_and_in_syslog(desk: Desk, form: str) -> None:
    files = [desk.write("messages.log", SYSLOG)]
    for path, record in LOGS.items():
        text = rows(path, record) if form == "rows" else json.dumps({"ts": 1764000000.1, **record}) + "\n"
        files.append(desk.write(f"{path}.log", text))
    said = desk.run(*files, options=("--year", "2025"))
    assert said.code == 0, said.all
    out = desk.native()
    for original in ORIGINALS:
        assert original not in out
    logs = f"read_parquet('{desk.out}/cisco/client=*/dataset=logs/**/*.parquet')"
    told = {log: row for log, *row in duckdb.sql(
        f"SELECT log_file, string_agg(message, chr(10)), any_value(source_ip), any_value(host_name), "
        f"any_value(user_name), any_value(attributes) FROM {logs} "
        "WHERE message NOT LIKE '#%' OR message IS NULL AND cardinality(attributes) > 0 GROUP BY log_file"
    ).fetchall()}  # fmt: skip
    syslog = told["messages.log"][0]
    address, host = re.search(r"DHCPACK on ([0-9.]+) to \S+ \(([\w-]+)\) via", syslog).groups()
    (account,) = set(re.findall(r"Accepted password for (\S+)", syslog))
    assert told["dhcp.log"][4]["host_name"] == told["http.log"][2] == host
    assert told["rdp.log"][4]["client_name"] == host.upper()
    assert told["conn.log"][1] == told["dns.log"][1] == told["http.log"][1] == address
    assert told["rdp.log"][4]["cookie"] == told["ntlm.log"][3] == account
    assert told["kerberos.log"][4]["client"].startswith(f"{account}/")
