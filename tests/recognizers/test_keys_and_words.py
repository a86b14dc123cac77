"""Keys that declare a value's entity, and the words that are no identifiers."""

from __future__ import annotations

import pytest

from recognizers.distinctive import is_distinctive
from recognizers.key_words import normalise_key
from recognizers.keys import entity_of_key, key_entities, likely_entity_of_key, loose_entity_of_key
from recognizers.registry import recognizer_for
from recognizers.words import is_placeholder, load_words


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("data.worker", "HOSTNAME"),
        ("worker_id", "HOSTNAME"),
        ("entityId", "DEVICE_ID"),
        ("event_id", None),
        ("loggedOnUsers", "USERNAME"),
        ("Assigned to", "USERNAME"),
        ("ticket.approverName", "USERNAME"),
        ("resources.0.name", None),
        ("resource.name", "HOSTNAME"),
        ("edgeNode", "HOSTNAME"),
        ("message", None),
        ("worker.count", None),
        ("protectVersion", "FIRMWARE_VERSION"),
    ],
)
def test_keys_that_also_name_other_things_declare_loosely(path: str, entity: str | None) -> None:
    assert loose_entity_of_key(path) == entity


@pytest.mark.parametrize(
    ("entity", "value", "taken"),
    [
        ("HOSTNAME", b"gva-brn-2", True),
        ("HOSTNAME", b"bkp-lyon", True),
        ("HOSTNAME", b"edge-bud-1", True),
        ("HOSTNAME", b"HQ-ZQTAM", True),
        ("HOSTNAME", b"eu-west-1", False),
        ("HOSTNAME", b"read-only", False),
        ("HOSTNAME", b"kernel", False),
        ("HOSTNAME", b"gva brn", False),
        ("USERNAME", b"zqtam", True),
        ("USERNAME", b"kernel", False),
        ("USERNAME", b"Tam Zq", False),
    ],
)
def test_under_such_keys_a_value_must_look_like_one(entity: str, value: bytes, taken: bool) -> None:
    assert recognizer_for(entity).accepts_loose_value(value) is taken


@pytest.mark.parametrize(
    ("path", "surely", "likely"),
    [
        ("impactedEndpointName", "HOSTNAME", "HOSTNAME"),
        ("kiosk-name", "HOSTNAME", "HOSTNAME"),
        ("meterKey", None, "DEVICE_ID"),
        ("card_token", None, "DEVICE_ID"),
        ("badgereaderguid", "DEVICE_ID", "DEVICE_ID"),
        ("sensoruuid", "DEVICE_ID", "DEVICE_ID"),
        ("enrolled.card.id", "DEVICE_ID", "DEVICE_ID"),
        ("systemSerialNumberText", "SERIAL_NUMBER", "SERIAL_NUMBER"),
        ("inventory_no", "SERIAL_NUMBER", "SERIAL_NUMBER"),
        ("vpnuser", "USERNAME", "USERNAME"),
        ("console_usr_id", "USERNAME", "USERNAME"),
        ("managed_device", None, "HOSTNAME"),
        ("domain_controller", "HOSTNAME", "HOSTNAME"),
        ("affected_servers", None, "HOSTNAME"),
        ("camera_name", None, "HOSTNAME"),
        ("operator", None, "USERNAME"),
        ("mitigatedBy", None, "USERNAME"),
        ("ConsoleLogin", None, "USERNAME"),
        ("caller_name", None, "USERNAME"),
        ("caller", None, None),
        ("user.target.name", "USERNAME", "USERNAME"),
        ("dvc_friendly_name", None, "HOSTNAME"),
        ("compromisedAsset", None, "HOSTNAME"),
        ("badge.holder", None, "USERNAME"),
        ("p_any_usernames.0", "USERNAME", "USERNAME"),
        ("switch", None, None),
        ("WantedBy", None, None),
        ("detected_by", None, None),
        ("browser.user_agent", None, None),
        ("session_id_count", None, None),
        ("process_id", None, None),
    ],
)
def test_a_key_of_new_words_is_read_by_their_last(path: str, surely: str | None, likely: str | None) -> None:
    assert entity_of_key(path) == surely
    assert likely_entity_of_key(path) == likely


@pytest.mark.parametrize(
    ("entity", "value", "taken"),
    [
        ("HOSTNAME", b"zqtam", True),
        ("HOSTNAME", b"lab9", True),
        ("HOSTNAME", b"zqtam.example.com", True),
        ("HOSTNAME", b"driver.csproj", False),
        ("HOSTNAME", b"temperature", False),
        ("HOSTNAME", b"0x5e9846", False),
        ("USERNAME", b"zqtam3", True),
        ("USERNAME", b"svc_sync", True),
        ("USERNAME", b"greaterThan", False),
        ("USERNAME", b"scheduler", False),
    ],
)
def test_under_keys_that_name_few_things_a_value_is_no_word(entity: str, value: bytes, taken: bool) -> None:
    assert recognizer_for(entity).accepts_likely_value(value) is taken


@pytest.mark.parametrize("spelling", ["userName", "UserName", "user-name", "user.name", "user name", "USER_NAME"])
def test_spellings_of_a_key_are_one(spelling: str) -> None:
    assert normalise_key(spelling) == "user_name"


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("user.name", "USERNAME"),
        ("agent.id", "DEVICE_ID"),
        ("host.id", "DEVICE_ID"),
        ("device_uuid", "DEVICE_ID"),
        ("customer_device_id", "DEVICE_ID"),
        ("biosSerial", "SERIAL_NUMBER"),
        ("realuser", "USERNAME"),
        ("users.0.name", "USERNAME"),
        ("device.names", "HOSTNAME"),
        ("enrolledBy", "USERNAME"),
        ("operatorLogin", "USERNAME"),
        ("targetMachineId", "DEVICE_ID"),
        ("peerSerialNumber", "SERIAL_NUMBER"),
        ("cpu.id", None),
        ("host.name", "HOSTNAME"),
        ("name", None),
        ("process.name", None),
        ("source.ip", "IP_ADDRESS"),
        ("srcIp", "IP_ADDRESS"),
        ("SubjectUserName", "USERNAME"),
        ("winlog.event_data.TargetUserName", "USERNAME"),
        ("a.b.client_mac", "MAC_ADDRESS"),
        ("SourceDeviceMac", "MAC_ADDRESS"),
        ("password", "CREDENTIAL"),
        ("X-Api-Key", "CREDENTIAL"),
        ("file.hash.sha256", "FILE_HASH"),
        ("hosts.0.hostname", "HOSTNAME"),
        ("email", "EMAIL_ADDRESS"),
        ("fw_device_name", "HOSTNAME"),
        ("sourceusername", "USERNAME"),
        ("service_account.name", "USERNAME"),
        ("vulnerableAsset.name", "HOSTNAME"),
        ("lastLoggedInUser", "USERNAME"),
        ("syslog_host", "HOSTNAME"),
        ("user_agent.name", None),
        ("rule.name", None),
        ("app_name", None),
        ("source.geo.city_name", "LOCATION"),
        ("client.geo.country_iso_code", "LOCATION"),
        ("src_location", "LOCATION"),
        ("dstcountry", "LOCATION"),
        ("client.geographicalContext.city", "LOCATION"),
        ("device.location.country", "LOCATION"),
        ("geo.location.lat", "LOCATION"),
        ("location.postal_code", "POSTAL_CODE"),
        ("geographicalContext.postalCode", "POSTAL_CODE"),
        ("customer.streetAddress", "STREET_ADDRESS"),
        ("connectedBy", "USERNAME"),
        ("checked out by", "USERNAME"),
        ("sorted_by", None),
        ("apSerial", "SERIAL_NUMBER"),
        ("onuSN", "SERIAL_NUMBER"),
        ("zone_serial", None),
        ("rx.gatewayId", "DEVICE_ID"),
        ("assets.0.id", "DEVICE_ID"),
        ("deviceDetails.id", "DEVICE_ID"),
        ("rule.id", None),
        ("image_sha256", "FILE_HASH"),
        ("source.assetName", None),
        ("backup_agent_name", "HOSTNAME"),
        ("Last Logon Computer", "HOSTNAME"),
        ("state", None),
        ("user_type", None),
        ("message", None),
        ("", None),
    ],
)
def test_a_key_is_matched_on_its_last_segments(path: str, entity: str | None) -> None:
    assert entity_of_key(path) == entity


def test_every_key_is_already_normalised() -> None:
    assert all(normalise_key(key) == key for key in key_entities())


@pytest.mark.parametrize(
    "value",
    [b"-", b"(null)", b"none", b"NULL", b"unknown", b"***", b"true", b"n/a", b"<user>", b"", b"${USER}", b"..."],
)
def test_placeholders_say_that_there_is_no_value(value: bytes) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", [b"root", b"alice", b"192.0.2.1", b"x1", b"0x7f"])
def test_values_are_no_placeholders(value: bytes) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize(
    "value", [b"kq7z", b"web-17", b"12345678", b"Mallory", "Jürg".encode(), b"anna", b"MariaMiller"]
)
def test_a_rare_value_is_distinctive(value: bytes) -> None:
    assert is_distinctive(value)


@pytest.mark.parametrize(
    "value",
    [b"bob", b"1234567", b"daemon", b"Server", b"LOCALHOST", b"password", b"house", b"systemd-logind", b"10.0.0"]
    + [b"SessionID", b"displayName", b"00000000", b"xxxx-xxx", b"1111-1111-1111", b"eu-west-3"],
)
def test_a_short_or_common_value_is_not_distinctive(value: bytes) -> None:
    assert not is_distinctive(value)


def test_word_lists_are_lower_case_and_hold_no_comment() -> None:
    for name in ("common_words", "system_words", "not_usernames", "placeholders", "file_extensions"):
        words = load_words(name)
        assert words and all(word == word.lower() and not word.startswith(b"#") for word in words)


def test_a_list_that_does_not_ship_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_words("no_such_list")
