"""A client's known values: what identifies it and has no form of its own. Encrypted, versioned, never rewritten."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.sealing import seal, unseal

#: A keyword is another client's own only if it is at least so long; shorter ones are words of many.
EXCLUSIVE_KEYWORD = 8
SHORTEST = 2
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\Z")


@dataclass(frozen=True)
class KnownValues:
    """What a client declares about itself.

    Attributes:
      domains: DNS names; labels to their left belong to them.
      netblocks: CIDR networks.
      staff: full names.
      users, hosts: account and host names.
      keywords: project names and the like.
    """

    domains: tuple[str, ...] = ()
    netblocks: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    def merged(self, other: KnownValues) -> KnownValues:
        """Both, each value once, in order of first mention."""
        return KnownValues(
            **{f.name: tuple(dict.fromkeys((*getattr(self, f.name), *getattr(other, f.name)))) for f in fields(self)}
        )

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))


def checked(given: Mapping[str, Iterable[str]]) -> KnownValues:
    """Values as a user gives them, normalised.

    Raises:
      ConfigurationError: a domain or netblock is none, or a value is too short to be looked for. It names the place,
        not the value.
    """
    lists = {name: [v.strip() for v in values] for name, values in given.items()}
    for number, domain in enumerate(lists.get("domains", ()), 1):
        if not _DOMAIN.match(_ascii(domain)):
            raise ConfigurationError(f"--domain, number {number}: not a domain name; give one such as acme.example")
    lists["domains"] = [_ascii(d) for d in lists.get("domains", ())]
    blocks = []
    for number, block in enumerate(lists.get("netblocks", ()), 1):
        try:
            blocks.append(str(ipaddress.ip_network(block, strict=False)))
        except ValueError:
            raise ConfigurationError(
                f"--netblock, number {number}: not a network; give one such as 203.0.113.0/24"
            ) from None
    lists["netblocks"] = blocks
    for name, values in lists.items():
        for number, value in enumerate(values, 1):
            if len(value.encode()) < SHORTEST:
                raise ConfigurationError(f"{name}, number {number}: too short to be looked for; give 2 bytes or more")
    return KnownValues(**{name: tuple(dict.fromkeys(values)) for name, values in lists.items()})


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
        version = self.latest(key.client_id)
        before = self.load(key, version)
        after = before.merged(more)
        if after == before:
            return version
        version += 1
        folder = self._folder / key.client_id
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{version:06d}.sealed"
        unfinished = folder / f".{version:06d}.{os.getpid()}"
        unfinished.write_bytes(seal(_key(key), json.dumps(asdict(after)).encode(), _aad(key, version)))
        os.chmod(unfinished, 0o600)
        try:
            os.link(unfinished, path)
        except FileExistsError:
            raise ConfigurationError(f"{path}: another command wrote it at this moment; run this one again") from None
        finally:
            unfinished.unlink()
        return version


def _key(key: ClientKey) -> bytes:
    return key.derive("known-values")


def _aad(key: ClientKey, version: int) -> bytes:
    return f"known-values/{key.client_id}/{version}".encode()


def exclusive_values(own: KnownValues, others: Sequence[KnownValues]) -> list[KnownValues]:
    """What exactly one other client holds, and this one does not: domains, public netblocks, long keywords.

    A record that holds one of them is another client's, and is not released.
    """
    exclusive = []
    for place, known in enumerate(others):
        rest = [own, *(k for n, k in enumerate(others) if n != place)]

        def held(name: str, value: str, rest: Sequence[KnownValues] = rest) -> bool:
            return any(value.casefold() in (v.casefold() for v in getattr(k, name)) for k in rest)

        exclusive.append(
            KnownValues(
                domains=tuple(v for v in known.domains if "." in v and not held("domains", v)),
                netblocks=tuple(v for v in known.netblocks if _is_public(v) and not held("netblocks", v)),
                keywords=tuple(
                    v for v in known.keywords if len(v.encode()) >= EXCLUSIVE_KEYWORD and not held("keywords", v)
                ),
            )
        )
    return exclusive


#: Documentation networks count as public here: examples, tests and the demo use them so (RFC 5737, RFC 3849).
_DOCUMENTATION = tuple(
    ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def _is_public(block: str) -> bool:
    network = ipaddress.ip_network(block)
    documented = any(network.version == d.version and network.subnet_of(d) for d in _DOCUMENTATION)  # type: ignore[arg-type]
    return documented or network.is_global
