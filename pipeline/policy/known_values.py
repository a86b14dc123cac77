"""A client's known values: what identifies it and has no form of its own. Encrypted, versioned, never rewritten."""

from __future__ import annotations

import ipaddress
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.files import file_mode, make_folder
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.sealing import seal, unseal

#: A keyword is another client's own only if it is at least so long; shorter ones are words of many.
EXCLUSIVE_KEYWORD = 8
#: Bytes. A shorter value would be found inside all sorts of texts.
SHORTEST = 2
#: A network with a shorter prefix is more than one client's.
BROADEST = {4: 8, 6: 16}
#: So many values are looked for in a run: what they cost each worker at its start grows with them.
MOST = 20_000
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\Z"
)


@dataclass(frozen=True)
class KnownValues:
    """What a client declares about itself.

    Attributes:
      domains: DNS names; labels to their left belong to them.
      netblocks: CIDR networks.
      staff: full names.
      users, hosts: account and host names.
      keywords: project names and the like.
      templates: messages that were accepted, for policies that mask unknown words (pipeline.detection.templates).
    """

    domains: tuple[str, ...] = ()
    netblocks: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()

    def merged(self, other: KnownValues) -> KnownValues:
        """Both, each value once, in order of first mention."""
        return KnownValues(
            **{f.name: tuple(dict.fromkeys((*getattr(self, f.name), *getattr(other, f.name)))) for f in fields(self)}
        )

    def without(self, other: KnownValues) -> KnownValues:
        """These but for the other's, in whatever letter case.

        Raises:
          ConfigurationError: one of the other's is not here; it names the place, not the value.
        """
        left = {}
        for f in fields(self):
            have = {value.casefold() for value in getattr(self, f.name)}
            gone = [value.casefold() for value in getattr(other, f.name)]
            for number, value in enumerate(gone, 1):
                if value not in have:
                    raise ConfigurationError(
                        f"{f.name}, number {number}: not among the known values; list them with --show"
                    )
            left[f.name] = tuple(value for value in getattr(self, f.name) if value.casefold() not in gone)
        return KnownValues(**left)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __len__(self) -> int:
        return sum(len(getattr(self, f.name)) for f in fields(self))


def checked(given: Mapping[str, Iterable[str]]) -> KnownValues:
    """Values as a user gives them, normalised.

    Raises:
      ConfigurationError: a domain or netblock is none, or a value is too short to be looked for. It names the place,
        not the value.
    """
    lists = {name: [v if name == "templates" else v.strip() for v in values] for name, values in given.items()}
    for number, domain in enumerate(lists.get("domains", ()), 1):
        if not _DOMAIN.match(_ascii(domain)):
            raise ConfigurationError(f"--domain, number {number}: not a domain name; give one such as acme.example")
        if "." not in _ascii(domain) or _is_public_suffix(_ascii(domain)):
            raise ConfigurationError(
                f"--domain, number {number}: is a domain of many, and would be found in everyone's names; give the "
                "client's own below it, such as acme.example"
            )
    lists["domains"] = [_ascii(d) for d in lists.get("domains", ())]
    blocks = []
    for number, block in enumerate(lists.get("netblocks", ()), 1):
        try:
            network = ipaddress.ip_network(block, strict=False)
        except ValueError:
            raise ConfigurationError(
                f"--netblock, number {number}: not a network; give one such as 203.0.113.0/24"
            ) from None
        if network.prefixlen < BROADEST[network.version]:
            raise ConfigurationError(
                f"--netblock, number {number}: wider than /{BROADEST[network.version]}, which is no one client's; give "
                "its own networks"
            )
        blocks.append(str(network))
    lists["netblocks"] = blocks
    for number, template in enumerate(lists.get("templates", ()), 1):
        if "<=" not in template:
            raise ConfigurationError(
                f"--template, number {number}: accepts no word; mark one, as in: session <#> of <=frobnicator>"
            )
    for name, values in lists.items():
        for number, value in enumerate(values, 1):
            if len(value.encode()) < SHORTEST:
                raise ConfigurationError(f"{name}, number {number}: too short to be looked for; give 2 bytes or more")
    return KnownValues(**{name: tuple(dict.fromkeys(values)) for name, values in lists.items()})


def _is_public_suffix(domain: str) -> bool:
    """Whether registries sell names directly below it (https://publicsuffix.org), as ``co.uk``."""
    from recognizers.suffixes import public_suffixes

    return public_suffixes().publicsuffix(domain) == domain


def _ascii(domain: str) -> str:
    try:
        return domain.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return ""


class KnownValuesStore:
    """``known/<client id>/<version>.sealed``: version n + 1 is written beside version n.

    Args:
      folder: of the workspace.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def latest(self, client_id: str) -> int:
        """The newest version, 0 where nothing was declared."""
        folder = self._folder / client_id
        return max((int(p.stem) for p in folder.glob("*.sealed") if p.stem.isdigit()), default=0)

    def load(self, key: ClientKey, version: int) -> KnownValues:
        """Values of a version.

        Raises:
          KeyProblem: the version is missing, or the key does not open it.
        """
        if version == 0:
            return KnownValues()
        path = self._folder / key.client_id / f"{version:06d}.sealed"
        try:
            sealed = path.read_bytes()
        except OSError as error:
            raise KeyProblem(f"{path}: cannot be read ({error.strerror}); restore it from a backup") from None
        data = json.loads(unseal(_key(key), sealed, _aad(key, version)))
        return KnownValues(**{name: tuple(values) for name, values in data.items()})

    def add(self, key: ClientKey, more: KnownValues) -> int:
        """Write a new version with more values; returns it, or the present one where nothing is new."""
        return self._change(key, lambda before: before.merged(more))

    def remove(self, key: ClientKey, less: KnownValues) -> int:
        """Write a new version without some values; returns it. Versions before it, and what was released by them, stay.

        Raises:
          ConfigurationError: one of the values is not there.
        """
        return self._change(key, lambda before: before.without(less))

    def _change(self, key: ClientKey, change: Callable[[KnownValues], KnownValues]) -> int:
        version = self.latest(key.client_id)
        before = self.load(key, version)
        after = change(before)
        if after == before:
            return version
        refuse_too_many(len(after))
        return self.write(key, version + 1, after)

    def write(self, key: ClientKey, version: int, values: KnownValues) -> int:
        """Seal values as a version that is not there yet; returns the version.

        Raises:
          ConfigurationError: another command wrote that version, or the folder cannot be written.
        """
        folder = self._folder / key.client_id
        make_folder(folder)
        path = folder / f"{version:06d}.sealed"
        unfinished = folder / f".{version:06d}.{os.getpid()}"
        unfinished.write_bytes(seal(_key(key), json.dumps(asdict(values)).encode(), _aad(key, version)))
        os.chmod(unfinished, file_mode(folder))
        try:
            os.link(unfinished, path)
        except FileExistsError:
            raise ConfigurationError(f"{path}: another command wrote it at this moment; run this one again") from None
        finally:
            unfinished.unlink()
        return version


def refuse_too_many(count: int) -> None:
    """Raises ConfigurationError where more values are declared than a run can look for."""
    if count > MOST:
        raise ConfigurationError(
            f"known values: {count:,} are more than the {MOST:,} that a run looks for; take back with 'redact client "
            "forget' what has a form of its own (addresses, names below a declared domain), or learn less (--min-count)"
        )


def _key(key: ClientKey) -> bytes:
    return key.derive("known-values")


def _aad(key: ClientKey, version: int) -> bytes:
    return f"known-values/{key.client_id}/{version}".encode()


def exclusive_values(own: KnownValues, others: Sequence[KnownValues]) -> list[KnownValues]:
    """What exactly one other client holds, and this one does not: domains, public netblocks, long keywords.

    A record that holds one of them is another client's, and is not released. What two clients share in part counts as
    shared: a domain below the other's, networks that overlap, a keyword that is part of any other client's value. Else
    a client's own record would be held back for it.
    """
    exclusive = []
    for place, known in enumerate(others):
        rest = [own, *(k for n, k in enumerate(others) if n != place)]
        domains = [d for k in rest for d in k.domains]
        networks = [ipaddress.ip_network(b) for k in rest for b in k.netblocks]
        texts = [v.casefold() for k in rest for v in itertools.chain(k.domains, k.staff, k.users, k.hosts, k.keywords)]
        exclusive.append(
            KnownValues(
                domains=tuple(d for d in known.domains if not any(_related(d, other) for other in domains)),
                netblocks=tuple(
                    b
                    for b in known.netblocks
                    if _is_public(b) and not any(_overlap(ipaddress.ip_network(b), n) for n in networks)
                ),
                keywords=tuple(
                    w
                    for w in known.keywords
                    if len(w.encode()) >= EXCLUSIVE_KEYWORD and not any(w.casefold() in text for text in texts)
                ),
            )
        )
    return exclusive


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)  # type: ignore[arg-type]


#: Documentation networks count as public here: examples, tests and the demo use them so (RFC 5737, RFC 3849).
_DOCUMENTATION = tuple(
    ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def _is_public(block: str) -> bool:
    network = ipaddress.ip_network(block)
    documented = any(network.version == d.version and network.subnet_of(d) for d in _DOCUMENTATION)  # type: ignore[arg-type]
    return documented or network.is_global
