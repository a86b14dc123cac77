"""A folder as a bundle unpacks to: files of one value go by their names, and agree with what logs say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Desk

#: Name -> what is in it, and what of it may not come out.
FILES = {
    "etc/hostname": ("ovenlab\n", "ovenlab"),
    "sos_commands/host/hostname_-f": ("ovenlab.kiln.example\n", "ovenlab"),
    "sys/class/dmi/id/product_serial": ("7KQ2ZT3\n", "7KQ2ZT3"),
    "sys/class/dmi/id/chassis_asset_tag": ("KN-004471", "KN-004471"),
    "cmd/whoami.txt": ("mbrandl\n", "mbrandl"),
    "proc/sys/kernel/domainname": ("(none)\n", ""),
    "proc/sys/kernel/ostype": ("Linux\n", ""),
    "var/log/secure": (
        "Nov 12 10:11:12 gw1 sshd[1]: Accepted password for mbrandl from ovenlab port 22 ssh2\n",
        "mbrandl",
    ),
}


def test_one_value_is_replaced_by_what_its_file_is_called(desk: Desk) -> None:
    for name, (held, _) in FILES.items():
        desk.write(name, held.encode())
    said = desk.run(desk.logs)
    assert said.code == 0, said.all
    (manifest,) = desk.out.glob("*/client=*/dataset=logs/run=*/_manifest.json")
    assert json.loads(manifest.read_text())["records"]["records_in"] == len(FILES)
    natives = next(desk.out.glob("*/client=*/_native/run=*"))
    released = {name: next(natives.rglob(name)).read_text() for name in FILES}
    for name, (held, hidden) in FILES.items():
        assert (released[name] == held) is not bool(hidden), name
        assert not hidden or hidden not in released[name]
        assert released[name].endswith("\n") == held.endswith("\n")
    host, account = released["etc/hostname"].strip(), released["cmd/whoami.txt"].strip()
    assert released["sos_commands/host/hostname_-f"].startswith(f"{host}.")
    assert f" for {account} from {host} " in released["var/log/secure"]
