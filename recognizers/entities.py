"""The entities that recognizers find, and the namespace in which each is pseudonymised.

Order is precedence: where findings of equal action overlap, the one named first decides the pseudonym.
Names follow Presidio where it has one (https://microsoft.github.io/presidio/supported_entities/).
"""

from __future__ import annotations

#: entity -> namespace. Two entities in one namespace share pseudonyms for equal canonical values.
NAMESPACES: dict[str, str] = {
    "BINARY_CONTENT": "binary",
    "CREDENTIAL": "credential",
    "COOKIE": "credential",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "MAC_ADDRESS": "mac",
    "IP_ADDRESS": "ip",
    "IMEI": "imei",
    "IMSI": "imsi",
    "ICCID": "iccid",
    "MEID": "meid",
    "UUID": "uuid",
    "WINDOWS_SID": "sid",
    "FILE_HASH": "hash",
    "EMAIL_ADDRESS": "email",
    "URL": "url",
    "DISTINGUISHED_NAME": "dn",
    "HOSTNAME": "label",
    "USERNAME": "account",
    "GROUP": "account",
    "PERSON": "person",
    "ORGANIZATION": "organization",
    "PHONE_NUMBER": "phone",
    "SERIAL_NUMBER": "serial",
    "DEVICE_ID": "device",
    "SSID": "ssid",
    "AS_NUMBER": "asn",
    "FILE_PATH": "path",
    "STREET_ADDRESS": "place",
    "POSTAL_CODE": "place",
    "LOCATION": "place",
    "DATE_OF_BIRTH": "birth",
    "MALWARE_NAME": "malware",
    "FIRMWARE_VERSION": "version",
    "OPERATING_SYSTEM": "version",
    "TIME_ZONE": "zone",
    "LOCALE": "locale",
    "DATE_TIME": "time",
    "KEYWORD": "keyword",
}

#: Of what users' own recognizers find under names of their own: one with keywords, so that a value that is declared and
#: found has one pseudonym.
OWN_NAMESPACE = "keyword"

ENTITIES: tuple[str, ...] = tuple(NAMESPACES)
ENTITY_ID: dict[str, int] = {name: number for number, name in enumerate(ENTITIES)}
#: What strict mode finds is no entity of a policy or recognizer: a word of which nothing says that it is harmless.
UNKNOWN = len(ENTITIES)
UNKNOWN_NAME = "unknown word"


def namespace_of(entity: str) -> str:
    """The namespace of an entity, a user's own included."""
    return NAMESPACES.get(entity, OWN_NAMESPACE)
