"""Ids of machines, of the agents installed on them, and of their disks and USB devices."""

from __future__ import annotations

import re

from recognizers.custom_fields import custom_fields, span_in_custom_field
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Leaf, TokenPattern
from recognizers.device_numbers import DEVICE_IDS
from recognizers.directives import VMWARE, VOLUMES
from recognizers.key_words import IDS, MACHINES
from recognizers.keyed_values import keyed_values
from recognizers.keys import KEYS
from recognizers.phrases import KEYED
from recognizers.service_logs import DEVICES_OF_SERVICES
from recognizers.uuids import stands_alone
from recognizers.words import is_placeholder

_ID = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:")
_DIGITS = frozenset(b"0123456789")
_HEX_SPACED = frozenset(b"0123456789abcdefABCDEF ")
_PUNCTUATION = frozenset(b"-_.:")
_DIGIT = re.compile(rb"[0-9]")
_ADDRESS = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_CLOUD_ACCOUNT = re.compile(rb"([0-9]{12})(?: eni-)?")
#: Short names of machines also end other words.
_LONG = "|".join(what for what in MACHINES if len(what) > 3 and "_" not in what)
_SHORT = "|".join(what for what in MACHINES if len(what) <= 3)
#: What keys of ids end in; a process's and a user's are shorter.
_KEY_ENDS = r"(?:[a-z]{3}[_.-]?|vm_?|ap_?|hw_?|pc_?|hw|pos_)(?:id|uid|guid|uuid|identifier)|devid|udid|hwid"
_MAC = re.compile(rb"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}", re.IGNORECASE)
#: The kind of thing that an id is of, as some write it before: `C.4f1e…`.
_KIND = re.compile(rb"[A-Za-z][.:-]")
_TURNS = re.compile(rb"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])")
LONGEST = 256
#: Shorter ids count within one system (a slot, a row, a PCI function) and name nothing outside.
SHORTEST = 6
SHORTEST_NUMBER = 6


def is_device_id(value: bytes) -> bool:
    """Whether what a key calls a device's id may be one: no word, no small number, no address and no name."""
    if not SHORTEST <= len(value) <= LONGEST or is_placeholder(value) or b" " in value or value[:2].lower() == b"0x":
        return False
    bare = value.strip(b"{}")
    if bare.isdigit() and len(bare) < SHORTEST_NUMBER or _ADDRESS.fullmatch(bare) or _MAC.fullmatch(bare):
        return False
    if bare.count(b".") > 0 and _DIGIT.search(bare[bare.rfind(b".") :]) is None:
        return False  # ends like a host name
    return _DIGIT.search(bare) is not None and len(set(bare) - _PUNCTUATION) > 1


def is_spoken_id(value: bytes) -> bool:
    """In a sentence, where counts and versions stand, too: letters and digits, or a number of eight digits or more."""
    if not is_device_id(value) or value.count(b".") > 0:
        return False
    return not value.isdigit() or len(value) > 7


def is_lettered_id(value: bytes) -> bool:
    """Of letters and at least two digits, eight or more."""
    return is_spoken_id(value) and len(value) > 7 and len(_DIGIT.findall(value)) > 1 and not value.isdigit()


def is_random_id(value: bytes) -> bool:
    """Whether a value can only be an id: letters and digits that take turns, behind a letter and a mark if any."""
    value = _KIND.sub(b"", value, count=1) if value[1:2] in (b".", b":", b"-") else value
    return 10 <= len(value) <= 64 and value.isalnum() and len(_TURNS.findall(value)) > 2


def is_world_wide_name(value: bytes) -> bool:
    """The sixteen or thirty-two hex digits of an NAA or EUI-64 name, in groups or not."""
    return len(value.lower().removeprefix(b"0x").replace(b" ", b"")) in (16, 32)


def is_cloud_account(value: bytes) -> bool:
    """Twelve digits; in the finding, but in none of its leaves, what may stand behind them."""
    return _CLOUD_ACCOUNT.fullmatch(value) is not None


def names_disk(value: bytes) -> bool:
    """A name under ``/dev/disk/by-id`` ends in the disk's serial number."""
    return _DIGIT.search(value.rpartition(b"_")[2].partition(b"-part")[0]) is not None and len(value) > SHORTEST


class DeviceIdRecognizer(DeclaredRecognizer):
    """Ids of machines, agents, cloud accounts, disks and USB devices, by key, path and phrase.

    A UUID among them is a UUID, too.
    """

    ENTITY = "DEVICE_ID"
    PATTERNS = (
        TokenPattern(
            "world wide name",
            r"\b(?:wwn-0x|nvme-eui\.|naa\.|eui\.)[0-9a-f]{16}(?:[0-9a-f]{16})?\b",
            0.85,
            plain_from=22,
        ),
        TokenPattern("SCSI id", r"\b3(?:6[0-9a-f]{31}|[25][0-9a-f]{15})\b", 0.85, stands_alone, plain_from=17),
        TokenPattern(
            "product of Windows",
            r"\b[0-9]{5}-(?:[0-9]{5}-[0-9]{5}-[A-Z]{2}[A-Z0-9]{3}|OEM-[0-9]{7}-[0-9]{5})\b",
            0.85,
            stands_alone,
            plain_from=None,
        ),
        TokenPattern("of Apple", r"\b0000[0-9a-f]{4}-[0-9a-f]{16}\b", 0.85, stands_alone, plain_from=25),
        *VOLUMES,
        *DEVICE_IDS,
        VMWARE,
        *DEVICES_OF_SERVICES,
        TokenPattern("instance in a cloud", r"\b(?:i|mi|eni|vol)-[0-9a-f]{17}\b", 0.85, stands_alone, plain_from=19),
        TokenPattern(
            "five groups of hex",
            r"[0-9a-f]{6,12}-[0-9a-f]{3,4}-[0-9a-f]{3,4}-[0-9a-f]{3,4}-[0-9a-f]{8,14}",
            0.6,
            stands_alone,
            plain_from=None,
        ),
        AnchorPattern(
            "after key",
            rf"(?:{_LONG}|(?:\b|_)(?:{_SHORT}))[ _.-]?(?:(?:external|unique|ephemeral)[ _.-]?)?(?:{'|'.join(IDS)})"
            + KEYED,
            _ID,
            0.6,
            SHORTEST,
            frozenset(b".:-_"),
            check=is_device_id,
        ),
        AnchorPattern(
            "after phrase",
            rf"\b(?:{_LONG}|unit|card|badge|token|tag)[ _-](?:{'|'.join(IDS)}|set|no\.?|number) [\x22'#(]?",
            _ID,
            0.6,
            SHORTEST,
            frozenset(b".:-_"),
            check=is_spoken_id,
        ),
        *keyed_values("DEVICE_ID", _KEY_ENDS, _ID, frozenset(b".:-_"), is_device_id, is_lettered_id, is_random_id),
        *custom_fields("DEVICE_ID", is_device_id, is_lettered_id, is_random_id),
        AnchorPattern(
            "after its own key",
            # An IMEI whose check digit is wrong names a phone all the same.
            r"\b(?:(?:aguid|udid|idfa|idfv|gaid|aaid|asid|androidid|serialnumberhash|volume[ _-]?serial|dev_?eui|duid"
            r"|hwid|muid|machine_(?:key|code|hash)|device_?(?:hash|fingerprint)|imei[12]?(?:[ _-]?(?:esn|no|number))?"
            r"|wwn|wwpn|wwnn|wwid|nguid|ek[ _-]?(?:hash|pub(?:lic)?[ _-]?hash))" + KEYED + r"|(?:duid|imei)[ \t]{1,2})",
            _ID,
            0.6,
            SHORTEST,
            frozenset(b".:-_"),
            check=is_device_id,
        ),
        AnchorPattern(
            "account in a resource name",
            r"\barn:aws[a-z-]{0,8}:[a-z0-9-]{1,32}:[a-z0-9-]{0,24}:",
            _DIGITS,
            0.85,
            12,
            check=is_cloud_account,
        ),
        AnchorPattern(
            "account of a flow log",
            r"\b[2-9] [0-9]{12} eni-",
            frozenset(),
            0.85,
            0,
            back=_DIGITS,
            back_over=5,
            check=is_cloud_account,
        ),
        AnchorPattern(
            "LU WWN", r"\bWWN Device Id: {1,4}", _HEX_SPACED, 1.0, 16, frozenset(b" "), check=is_world_wide_name
        ),
        AnchorPattern(
            "port of Fibre Channel",
            r"\b(?:port|node|fabric)_name[ \t]{1,20}=[ \t]{0,2}\x22?",
            _HEX_SPACED - frozenset(b" ") | frozenset(b"xX"),
            0.85,
            16,
            check=is_world_wide_name,
        ),
        AnchorPattern(
            "disk by id",
            r"/disk/by-id/(?:ata|scsi|nvme|usb|mmc|virtio|dm-uuid)-",
            _ID,
            0.85,
            SHORTEST,
            check=names_disk,
        ),
        AnchorPattern(
            "file system by id",
            r"(?:/disk/by-(?:part)?uuid/|\b(?:part)?uuid=[\x22']?)",
            _ID - frozenset(b"_.:"),
            0.85,
            SHORTEST,
            frozenset(b"-"),
            check=is_device_id,
        ),
        AnchorPattern(
            "iSCSI name",
            r"\b(?:iqn\.[0-9]{4}-[0-9]{2}\.[a-z0-9.-]{3,60}):",
            _ID,
            0.85,
            SHORTEST,
            frozenset(b".:-_"),
            check=is_device_id,
        ),
        AnchorPattern(
            "USB instance",
            r"\bUSB\\{1,4}VID_[0-9a-f]{4}&(?:amp;)?PID_[0-9a-f]{4}\\{1,4}",
            _ID - frozenset(b":"),
            0.85,
            SHORTEST,
            check=is_device_id,
        ),
        AnchorPattern(
            "USB storage",
            r"\bUSBSTOR[\\#]{1,4}[a-z]{2,12}&(?:amp;)?Ven_[a-z0-9_. -]{0,32}&(?:amp;)?Prod_[a-z0-9_. -]{0,32}"
            r"(?:&(?:amp;)?Rev_[a-z0-9_.]{0,12})?[\\#]{1,4}",
            _ID - frozenset(b":"),
            0.85,
            SHORTEST,
            check=is_device_id,
        ),
    )
    KEYS = KEYS["DEVICE_ID"]
    SOURCE = (
        "machine-id(5); RFC 3720 3.2.6.3.1 (iqn); blkid(8); "
        "Android Settings.Secure.ANDROID_ID; Apple ASIdentifierManager; T10 SPC-5 7.7.6 (NAA, EUI-64); "
        "Microsoft, USB device instance ids; AWS, ARNs and VPC flow log records; ECS host.id, agent.id, device.id"
    )

    def accepts_key_value(self, value: bytes) -> bool:
        return is_device_id(value)

    def accepts_likely_value(self, value: bytes) -> bool:
        return is_random_id(value) or is_lettered_id(value)

    def accepts_loose_value(self, value: bytes) -> bool:
        return is_random_id(value)

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        account = _CLOUD_ACCOUNT.fullmatch(value)
        span = account.span(1) if account is not None else span_in_custom_field(value)
        return super().leaves(value) if span is None else (Leaf(*span, self.ENTITY),)
