"""Generated support talk: templates, filled with names and addresses of many countries."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from faker import Faker

from recognizers.models.support_names.training.labelled import Labelled, handles

HERE = Path(__file__).parent
LOCALES = (
    "en_US", "en_US", "en_US", "en_GB", "en_GB", "en_CA", "en_AU", "en_IN", "en_IE", "de_DE", "de_AT", "de_CH", "fr_FR",
    "fr_CA", "nl_NL", "nl_BE", "es_ES", "es_MX", "it_IT", "pl_PL", "sv_SE", "da_DK", "no_NO", "fi_FI", "pt_BR", "pt_PT",
    "cs_CZ", "ro_RO", "hr_HR", "hu_HU", "tr_TR", "id_ID", "fil_PH", "vi_VN",
)  # fmt: skip
#: Countries that training never sees.
HELD_LOCALES = ("en_NZ", "es_CO", "lt_LT", "et_EE", "sk_SK", "sl_SI", "es_AR", "en_PH")
#: Of these addresses are written, too; elsewhere names alone are taken.
ADDRESS_LOCALES = (
    "en_US",
    "en_US",
    "en_GB",
    "en_CA",
    "en_AU",
    "de_DE",
    "fr_FR",
    "nl_NL",
    "en_IE",
    "de_AT",
    "es_ES",
    "it_IT",
)
HELD_ADDRESS_LOCALES = ("en_NZ", "de_CH", "en_US", "en_GB", "nl_BE", "fr_CH")
_NAMES = (HERE / "names.txt").read_text(encoding="utf-8").splitlines()
_GIVEN, _FAMILY = (" ".join(_NAMES[1 : _NAMES.index("")]).split(), " ".join(_NAMES[_NAMES.index("") :]).split())
_DEVICES = (
    "router", "switch", "firewall", "laptop", "modem", "access point", "printer", "server", "NAS", "tablet", "UPS",
    "docking station", "Catalyst 9300", "ThinkPad", "PowerEdge", "LaserJet", "iPhone", "Galaxy S23", "FortiGate 60F",
)  # fmt: skip
_COMPONENTS = (
    "Active Directory", "Exchange", "Outlook", "Kerberos", "DNS", "VPN", "Apache", "nginx", "Kubernetes", "Jenkins",
    "Oracle", "MariaDB", "SharePoint", "Teams", "Citrix", "Print Spooler", "Windows Update", "GlobalProtect",
    "Group Policy", "SAP", "Salesforce", "Jira", "Confluence", "Zoom", "Postfix", "Samba", "Elastic", "Splunk",
    "AnyConnect", "Grafana",
)  # fmt: skip
_ROLES = (
    "Network Engineer", "Head of IT", "Support Agent", "System Administrator", "Service Desk", "CTO", "Account Manager",
    "Security Officer", "Field Technician", "Office Manager", "DevOps", "Consultant",
)  # fmt: skip
_ROLES_OF_HOSTS = ("web", "db", "srv", "fw", "dc", "app")
_VENDORS = ("Cisco", "Microsoft", "Dell", "Vodafone", "Fortinet", "Amazon", "Siemens", "Comcast", "IBM", "Telekom")
_SLOT = re.compile(r"\{([a-z_]+?)([0-9]?)(_lower|_upper|_line|_block|_spelled|_plain|_name)?\}")


class Talk:
    """Texts from a file of templates.

    Args:
      seed: of the names and of everything else drawn.
    """

    def __init__(
        self,
        templates: Path,
        seed: int,
        locales: Sequence[str] = LOCALES,
        address_locales: Sequence[str] = ADDRESS_LOCALES,
    ) -> None:
        lines = templates.read_text(encoding="utf-8").splitlines()
        self.templates = [line.replace(r"\n", "\n").replace(r"\t", "\t") for line in lines if line and line[0] != "#"]
        self.draw = random.Random(seed)
        self._fakers = {locale: Faker(locale) for locale in {*locales, *address_locales}}
        for number, faker in enumerate(self._fakers.values()):
            faker.seed_instance(seed + number)
        self._locales, self._address_locales = locales, address_locales

    def person(self) -> tuple[str, str]:
        """(given name, family name)."""
        if self.draw.random() < 0.25 and self._locales is LOCALES:
            return self.draw.choice(_GIVEN), self.draw.choice(_FAMILY)
        faker = self._fakers[self.draw.choice(self._locales)]
        first, last = faker.first_name(), faker.last_name()
        turn = self.draw.random()
        if turn < 0.05:
            first = f"{first}-{faker.first_name()}"
        elif turn < 0.1:
            last = f"{last}-{faker.last_name()}"
        elif turn < 0.13:
            last = self.draw.choice(("van ", "von ", "de ", "O'", "Mc", "van der ", "de la ", "Al ", "bin ")) + last
        return first, last

    def full(self, first: str, last: str) -> str:
        turn = self.draw.random()
        if turn < 0.06:
            return f"{first} {self.draw.choice('ABCDEFGHJKLMNPRST')}. {last}"
        return f"{first[0]}. {last}" if turn < 0.09 else f"{first} {last}"

    def address(self) -> list[str]:
        """The lines of an address; the first holds the street."""
        faker = self._fakers[self.draw.choice(self._address_locales)]
        lines = [line.strip() for line in faker.address().split("\n") if line.strip()]
        return lines if len(lines) > 1 else [faker.street_address().replace("\n", ", "), faker.city()]

    def street(self) -> str:
        return self._fakers[self.draw.choice(self._address_locales)].street_address().replace("\n", ", ")

    def text(self) -> Labelled:
        return self.fill(self.draw.choice(self.templates))

    def fill(self, template: str) -> Labelled:
        people: dict[str, tuple[str, str]] = {}
        places: dict[str, list[str]] = {}
        text, spans, here = "", [], 0
        for match in _SLOT.finditer(template):
            text += template[here : match.start()]
            here = match.end()
            name, number, form = match.groups()
            if name in ("person", "first", "last", "initial") and number not in people:
                people[number] = self.person()
            if name.startswith("address") and number not in places:
                places[number] = self.address()
            value, kind = self._value(name, form or "", people.get(number, ("", "")), places.get(number, []))
            if kind:
                spans.append((len(text), len(text) + len(value), kind))
            text += value
        text += template[here:]
        spans += [
            span for span in handles(text) if not any(span[0] < end and start < span[1] for start, end, _ in spans)
        ]
        return Labelled(text, tuple(sorted(spans)), "talk")

    def _value(self, name: str, form: str, person: tuple[str, str], place: list[str]) -> tuple[str, str]:
        faker = self._fakers[self.draw.choice(self._locales)]
        makers: dict[str, Callable[[], tuple[str, str]]] = {
            "person": lambda: (self.full(*person), "PERSON"),
            "first": lambda: (person[0], "PERSON"),
            "last": lambda: (person[1], "PERSON"),
            "initial": lambda: (person[0][0], "PERSON"),
            "address": lambda: (self._written(place, form), "STREET_ADDRESS"),
            "street": lambda: (self.street(), "STREET_ADDRESS"),
            "city": lambda: (faker.city(), "LOCATION"),
            "country": lambda: (self._fakers["en_US"].country(), "LOCATION"),
            "postcode": lambda: (faker.postcode(), "LOCATION"),
            "company": lambda: (
                self.draw.choice(_VENDORS) if self.draw.random() < 0.3 else faker.company(),
                "ORGANIZATION",
            ),
            "handle": lambda: (self._handle(), ""),
            "phone": lambda: (self._fakers[self.draw.choice(self._address_locales)].phone_number(), ""),
            "email": lambda: (faker.ascii_email(), ""),
            "host": lambda: (
                self.draw.choice(("web", "db", "srv", "fw", "dc", "app")) + f"-{self.draw.randint(1, 99):02d}",
                "",
            ),
            "device": lambda: (self.draw.choice(_DEVICES), ""),
            "component": lambda: (self.draw.choice(_COMPONENTS), ""),
            "role": lambda: (self.draw.choice(_ROLES), ""),
            "number": lambda: (str(self.draw.randint(1000, 999999)), ""),
        }
        value, kind = makers[name]()
        if form == "_lower":
            value = value.lower()
        elif form == "_upper":
            value = value.upper().replace("\n", ", ")
        elif form == "_spelled":
            value = "-".join(value.upper())
        elif form == "_name":
            value = self._fakers[self.draw.choice(self._address_locales)].street_name()
        return value, kind

    def _written(self, lines: list[str], form: str) -> str:
        if form == "_block":
            return "\n".join(lines)
        return self.draw.choice((", ", ", ", " ", " - ")).join(lines)

    def _handle(self) -> str:
        first, last = self.person()
        made = self.draw.choice((f"{first[0]}{last}", f"{first}_{last}", f"{first}{self.draw.randint(1, 99)}", first))
        return re.sub(r"\W", "", made.lower())
