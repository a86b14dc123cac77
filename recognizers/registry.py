"""The recognizers that ship, in a fixed order."""

from __future__ import annotations

from functools import cache, lru_cache

from recognizers.birth import BirthDateRecognizer
from recognizers.credential import CookieRecognizer, CredentialRecognizer
from recognizers.date_time import DateTimeRecognizer
from recognizers.declaration import DeclaredRecognizer
from recognizers.device import ImeiRecognizer, SerialRecognizer
from recognizers.directory import DistinguishedNameRecognizer, GroupRecognizer
from recognizers.email import EmailRecognizer
from recognizers.hashes import FileHashRecognizer
from recognizers.hostname import HostnameRecognizer
from recognizers.ip import IpRecognizer
from recognizers.key_words import normalise_key
from recognizers.keys import entity_of_key, key_entities, likely_entity_of_key, loose_entity_of_key
from recognizers.location import LocationRecognizer, PostalCodeRecognizer, StreetAddressRecognizer
from recognizers.mac import MacRecognizer
from recognizers.machine import DeviceIdRecognizer
from recognizers.network import AsNumberRecognizer, SsidRecognizer
from recognizers.path import FilePathRecognizer
from recognizers.payment import CreditCardRecognizer, IbanRecognizer
from recognizers.phone import PhoneRecognizer
from recognizers.prose import OrganizationRecognizer, PersonRecognizer
from recognizers.region import LocaleRecognizer, TimeZoneRecognizer
from recognizers.sids import SidRecognizer
from recognizers.software import FirmwareVersionRecognizer, MalwareNameRecognizer, OperatingSystemRecognizer
from recognizers.subscriber import IccidRecognizer, ImsiRecognizer, MeidRecognizer
from recognizers.url import UrlRecognizer
from recognizers.username import UsernameRecognizer
from recognizers.uuids import UuidRecognizer

__all__ = [
    "RECOGNIZERS", "all_recognizers", "entity_of_key", "key_entities", "likely_entity_of_key", "loose_entity_of_key",
    "normalise_key", "recognizer_for",
]  # fmt: skip

RECOGNIZERS: tuple[type[DeclaredRecognizer], ...] = (
    CredentialRecognizer,
    CookieRecognizer,
    CreditCardRecognizer,
    IbanRecognizer,
    MacRecognizer,
    IpRecognizer,
    ImeiRecognizer,
    ImsiRecognizer,
    IccidRecognizer,
    MeidRecognizer,
    UuidRecognizer,
    SidRecognizer,
    FileHashRecognizer,
    EmailRecognizer,
    UrlRecognizer,
    HostnameRecognizer,
    UsernameRecognizer,
    PersonRecognizer,
    OrganizationRecognizer,
    PhoneRecognizer,
    SerialRecognizer,
    DeviceIdRecognizer,
    SsidRecognizer,
    AsNumberRecognizer,
    GroupRecognizer,
    DistinguishedNameRecognizer,
    FilePathRecognizer,
    StreetAddressRecognizer,
    PostalCodeRecognizer,
    LocationRecognizer,
    BirthDateRecognizer,
    MalwareNameRecognizer,
    FirmwareVersionRecognizer,
    OperatingSystemRecognizer,
    TimeZoneRecognizer,
    LocaleRecognizer,
    DateTimeRecognizer,
)


@lru_cache(maxsize=1)
def all_recognizers() -> tuple[DeclaredRecognizer, ...]:
    """One instance of each of RECOGNIZERS, made once."""
    return tuple(kind() for kind in RECOGNIZERS)


@cache
def recognizer_for(entity: str) -> DeclaredRecognizer:
    """The recognizer of an entity.

    Raises:
      KeyError: no recognizer that ships finds it.
    """
    for recognizer in all_recognizers():
        if entity == recognizer.ENTITY:
            return recognizer
    raise KeyError(entity)
