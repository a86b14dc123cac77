"""Files that hold one value, which only their names explain."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.inputs import find_inputs
from pipeline.inputs.value_files import key_of_value

#: name -> (what it holds, its key; "" where it is text like any other)
FILES = {
    "etc/hostname": ("ovenlab\n", "hostname"),
    "sos_commands/host/hostname_-f": ("ovenlab.kiln.example\n", "hostname"),
    "sos_commands/host/hostname_-d": ("kiln.example\n", "domain_name"),
    "proc/sys/kernel/hostname": ("ovenlab", "hostname"),
    "proc/sys/kernel/domainname": ("(none)\n", "domain_name"),
    "sys/class/dmi/id/product_serial": ("7KQ2ZT3\n", "serial_number"),
    "sys/class/dmi/id/chassis_asset_tag": ("KN-004471\n", "asset_tag"),
    "sys/block/sda/device/serial": ("S45PNE0M812345\n", "serial_number"),
    "etc/salt/minion_id": ("ovenlab\n", "hostname"),
    "etc/machine-id": ("6f1de0a2c4b94ef0a1b2c3d4e5f60718\n", "machine_id"),
    "cmd/whoami.txt": ("mbrandl\n", "user_name"),
    "etc/os-release": ("trixie\n", ""),
    "etc/debian_version": ("13.1\n", ""),
    "proc/sys/kernel/ostype": ("Linux\n", ""),
    "var/hostname": ("ovenlab is down\n", ""),
    "var/log/hostname": ("ovenlab\novenlab2\n", ""),
    "sys/class/dmi/id/serial": ("\n", ""),
    "myhostname": ("ovenlab\n", ""),
}


@pytest.mark.parametrize("name", FILES)
def test_the_name_tells_the_key_of_one_value(name: str) -> None:
    held, key = FILES[name]
    assert key_of_value(name, held.encode(), len(held)) == key
    assert key_of_value(name, (held + "x" * 300).encode(), len(held) + 300) == ""


def test_an_input_that_holds_one_value_is_read_as_a_column_of_its_name(tmp_path: Path) -> None:
    for name, (held, _) in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(held)
    inputs, unreadable = find_inputs([str(tmp_path)], out=None)
    assert not unreadable
    told = {item.name.partition("/")[2]: (item.format, item.header) for item in inputs}
    assert told == {name: ("csv", key) if key else ("text", "") for name, (_, key) in FILES.items()}
