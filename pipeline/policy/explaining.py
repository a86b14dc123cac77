"""A policy in numbered plain words, for the person who has to sign it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.policy.actions import ACTION_WORDS, ALLOWED_ACTIONS, COLUMN_ENTITY, GENERALISATIONS, Action
from pipeline.policy.kept import KeptLists
from pipeline.policy.model import Policy, Rule
from pipeline.surrogates.borne import BEARERS
from recognizers.entities import ENTITIES

_DONE: dict[Action, str] = {
    Action.REMOVE: "Removed without a trace",
    Action.REDACT: "Replaced by the name of their type, such as <PERSON>",
    Action.MASK: "Overwritten with asterisks, as many as there were bytes",
    Action.PSEUDONYMISE: "Replaced by a stand-in of the same type: the same one wherever the value occurs in this "
    "recipient's releases of one client, another one for every other recipient. Whoever holds our key can turn back "
    "those that have the form of the value; the others (words such as person-k3f9x2apqrtw, and long digests) only with "
    "the vault of our workspace, too, which tells what was issued and holds what these stand for, encrypted. Each "
    "turning back with this tool is recorded",
    Action.SHIFT: "Moved by one constant amount per client, unknown to the recipient; distances in time stay true",
    Action.GENERALISE: "Reduced to a coarser form",
    Action.KEEP: "Left in clear",
}
_OTHER_COLUMNS = {
    "scan": "is searched like all others, and what is found in it is treated as said above",
    "mask": "is overwritten with asterisks as a whole",
    "drop": "is not released",
}
_PLAIN = {
    "BINARY_CONTENT": "pictures, documents, archives and other bytes that nothing here reads, in base64 (overwritten: "
    "base64 of as many zeros)",
    "IP_ADDRESS": "IP addresses and networks",
    "MAC_ADDRESS": "MAC addresses",
    "PERSON": "names of people",
    "ORGANIZATION": "names of companies and institutions",
    "USERNAME": "account names",
    "HOSTNAME": "host and domain names",
    "EMAIL_ADDRESS": "e-mail addresses",
    "CREDENTIAL": "passwords, tokens and keys",
    "COOKIE": "cookies and session ids",
    "DATE_TIME": "times: of each record, and dates with or without a time inside a text",
    "URL": "web addresses",
    "FILE_PATH": "file paths",
    "FILE_HASH": "digests of files",
    "SERIAL_NUMBER": "serial numbers",
    "PHONE_NUMBER": "phone numbers",
    "STREET_ADDRESS": "street addresses",
    "POSTAL_CODE": "postal codes",
    "LOCATION": "places",
    "DATE_OF_BIRTH": "dates of birth",
    "CREDIT_CARD": "card numbers",
    "IBAN_CODE": "bank account numbers",
    "MALWARE_NAME": "names of malware",
    "FIRMWARE_VERSION": "versions of firmware and software",
    "OPERATING_SYSTEM": "operating systems",
    "TIME_ZONE": "time zones",
    "LOCALE": "languages",
    "GROUP": "group names",
    "WINDOWS_SID": "Windows security ids",
    "DISTINGUISHED_NAME": "directory names (LDAP)",
    "DEVICE_ID": "device ids",
    "AS_NUMBER": "autonomous system numbers",
    "SSID": "names of wireless networks",
    "UUID": "UUIDs",
    "IMEI": "IMEI device numbers",
    "IMSI": "IMSI subscriber numbers",
    "ICCID": "ICCID card numbers",
    "MEID": "MEID device numbers",
    "KEYWORD": "keywords that the client has declared",
}


#: What people are often called by, in part.
_PERSONAL = ("EMAIL_ADDRESS", "USERNAME", "HOSTNAME")


def explain(policy: Policy, name: str) -> list[str]:
    """What a policy means, one numbered statement a line.

    Args:
      name: of the recipient or profile.
    """
    return [f"{number}. {text}" for number, text in enumerate(_statements(policy, name), 1)]


def _statements(policy: Policy, name: str) -> Iterator[str]:
    yield _who(policy, name)
    yield f"The purpose is {policy.purpose.replace('-', ' ')}; every release records it."
    days = policy.retention_days
    yield f"The recipient may keep a release for {days} day{'' if days == 1 else 's'}."
    for action in sorted(Action, reverse=True):
        entities = [entity for entity in ENTITIES if policy.action_of(entity) == action]
        own = sorted(entity for entity, word in policy.own_entities.items() if ACTION_WORDS[word] == action)
        listed = [*_listed(policy, action, entities), *(f"what our own recognizers call {name}" for name in own)]
        if listed:
            yield f"{_DONE[action]}: {', '.join(listed)}."
    yield "A kind of value on which this policy says nothing is replaced by the name of its type, as listed above."
    yield from _borne(policy)
    if policy.action_of("MAC_ADDRESS") == Action.PSEUDONYMISE:
        half = "stays, so that the maker can be seen" if policy.keep_vendor_prefix else "is replaced too"
        yield f"The maker's half of a MAC address {half}."
    if any(policy.action_of(entity) == Action.PSEUDONYMISE for entity in ("PHONE_NUMBER", "IMSI", "ICCID")):
        country = "stays" if policy.keep_country else "is replaced too"
        yield f"The country of a telephone number, an IMSI or a SIM card {country} where that gets a pseudonym."
    rules = (*policy.entities.values(), *policy.columns.values())
    if any(rule.action == "pseudonymise" for rule in rules):
        yield from _kept(policy.kept)
    for column, rule in policy.columns.items():
        if rule.action != "scan":
            yield _column(column, rule, policy)
    yield from _unknown(policy)
    if "packets" in policy.datasets:
        yield from _captures(policy)
    yield f"A column that this policy does not name {_OTHER_COLUMNS[policy.other_columns]}."
    yield (
        "Before a release is published it is read back and searched for every value that had to go. A record in "
        f"which one is left is held back; if that is more than {policy.max_quarantined:.2%} of the records (and "
        "more than 9), nothing is released."
    )
    yield (
        "It does not protect against this: whoever holds our key can turn stand-ins back, without this tool and its "
        "record, too; recipients who put their "
        "releases together can match records by time and text; lengths of names and how often a value occurs stay "
        "visible; a sentence may tell who is meant without naming anyone; what no pattern knows and the client has not "
        "declared is not found."
    )


def _borne(policy: Policy) -> Iterator[str]:
    for entity, borne in BEARERS.items():
        replaced = [_PLAIN[other] for other in borne if policy.action_of(other) != Action.KEEP]
        if policy.action_of(entity) == Action.KEEP and replaced:
            yield f"Of {_PLAIN[entity]}, those made of {_and(replaced)} are treated as these are."
    kept = [entity for entity in _PERSONAL if policy.action_of(entity) == Action.KEEP]
    if kept and policy.action_of("PERSON") != Action.KEEP:
        yield (
            f"In {_and([_PLAIN[entity] for entity in kept])} a declared person's whole name is replaced as it is "
            "elsewhere; a part of a name, as in mhale or hale, stays in clear and may tell who it is."
        )


def _unknown(policy: Policy) -> Iterator[str]:
    masked = [column for column, rule in policy.columns.items() if rule.unknown == "mask"]
    kept = [column for column, rule in policy.columns.items() if rule.unknown == "keep"]
    if policy.unknown == "keep" and not masked:
        yield "A word that no pattern finds stays, whatever it is."
        return
    where = f"In {'every column of text' if policy.unknown == 'mask' else f'column {_and(masked)}'}"
    if policy.unknown == "mask" and kept:
        where += f", save {_and(kept)},"
    yield (
        f"{where} a word that no pattern finds is overwritten with asterisks, unless it is a number, stands in the "
        "shipped vocabulary of language and technology, or in a message that we have accepted for the client."
    )


def _captures(policy: Policy) -> Iterator[str]:
    yield (
        "Traffic captures are rewritten in place, every packet at its length: addresses get their whole stand-in, "
        "names theirs without its tag; a stand-in that does not fit is written as x, or as zeros. A rule for a single "
        "column holds in captures where they have a column of that name."
    )
    if policy.captures.payload == "headers_only":
        yield (
            "Of captures headers alone are left: all that TCP, UDP, SCTP and DCCP carry is overwritten with zeros, "
            "known protocol or not, and has no columns. Headers within tunnels, and messages without such a header "
            "(ARP, ICMP, switches and routers that tell of themselves), are read as above."
        )
    elif policy.captures.payload == "kept":
        yield (
            "In captures bytes that belong to no known protocol stay as they are, whatever they hold, because: "
            f"{policy.captures.waiver}"
        )
    else:
        yield "In captures bytes of no known protocol, and all that is encrypted, are overwritten."
    done = "stay" if policy.captures.fingerprints == "kept" else "are overwritten with zeros"
    yield f"In captures IP ids, hop limits and TCP timestamps, which tell machines apart, {done}."


def _and(words: list[str]) -> str:
    return " and ".join(words)


def _kept(kept: KeptLists) -> Iterator[str]:
    if kept.shipped:
        yield (
            "Where values get a stand-in, those stay in clear that are alike everywhere and tell of no one: loopback "
            "and multicast addresses, netmasks, names of services such as www and mail, accounts such as root and "
            "SYSTEM, well-known Windows security ids."
        )
    listed = {
        "addresses": kept.addresses,
        "parts of host names": kept.labels,
        "accounts": kept.accounts,
        "Windows security ids": kept.sids,
    }
    words = "; ".join(f"the {kind} {', '.join(lines)}" for kind, lines in listed.items() if lines)
    if words:
        also = "too" if kept.shipped else "and nothing else"
        yield f"Where values get a stand-in, these stay in clear, {also}, because this policy lists them: {words}."
    if kept.shipped or words:
        yield (
            "By chance the stand-in of another address may read like an address that stays; stand-ins of names show by "
            "a tag what they are."
        )
    else:
        yield "Where values get a stand-in, none is exempt, loopback addresses and root included."


def _who(policy: Policy, name: str) -> str:
    kind = f" (kind: {policy.extends})" if policy.extends else ""
    *most, last = policy.datasets
    data = f"{', '.join(most)} and {last}" if most else last
    if not policy.clients:
        about = f" {policy.about}" if policy.about else ""
        return f"{name} is a profile, a kind of recipient, and receives nothing itself.{about}"
    whose = "client" if len(policy.clients) == 1 else "clients"
    return f"{name}{kind} may receive {data} of {whose} {', '.join(policy.clients)}, and of no other client."


def _listed(policy: Policy, action: Action, entities: list[str]) -> list[str]:
    words = []
    for entity in entities:
        rule = policy.entities.get(entity)
        extent = ""
        if action == Action.GENERALISE and rule is not None and rule.to is not None:
            extent = f" to {GENERALISATIONS[entity][rule.to]}"
        words.append(_PLAIN[entity] + extent)
    return words


def _column(column: str, rule: Rule, policy: Policy) -> str:
    what = f"Column {column}"
    if rule.action == "drop":
        return f"{what} is not released."
    action = ACTION_WORDS[rule.action]
    entity = COLUMN_ENTITY.get(column)
    whose = f"{_PLAIN[entity]} in it are" if entity in ALLOWED_ACTIONS and entity is not None else "the whole field is"
    extent = f" to {GENERALISATIONS[entity][rule.to]}" if entity and rule.to else ""
    why = (
        f" Allowed although it is treated otherwise elsewhere, because: {policy.waivers[column]}"
        if column in policy.waivers
        else ""
    )
    done = {
        Action.KEEP: "left in clear",
        Action.GENERALISE: "reduced",
        Action.SHIFT: "shifted",
        Action.PSEUDONYMISE: "replaced by stand-ins",
        Action.MASK: "overwritten with asterisks",
        Action.REDACT: "replaced by the name of the type",
        Action.REMOVE: "removed",
    }[action]
    secrets = "; passwords and tokens in them are treated as everywhere" if entity == "URL" else ""
    return f"{what}: {whose} {done}{extent}{secrets}.{why}"
