"""Host labels and account names: a tag, and a core as long as the name, such as ``host-kq7`` and ``user-wmak``.

The core is FF1 of radix 36 over the letters and digits; ``-``, ``_``, ``.`` and ``+`` stay in place and are the tweak.
Injective over lower-case names and invertible by key. What it shows: the name's length and its punctuation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.surrogates.address_names import AddressNames, dashed_address, zone_of
from pipeline.surrogates.strings import Strings
from pipeline.surrogates.symbols import ALPHANUMERIC, NONE, SymbolMap
from pipeline.surrogates.tokens import TokenMap
from recognizers.suffixes import public_suffixes

NAME = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz-_.+")
LONGEST_LABEL = 63
LONGEST_NAME = 253
#: Longer accounts are no account names; a token keeps arithmetic bounded.
LONGEST_ACCOUNT = 104
#: Not in the public list, and used inside networks or in documentation (RFC 6761, RFC 8375, and by custom).
INTERNAL_SUFFIXES = frozenset(
    (b"local", b"lan", b"internal", b"corp", b"home.arpa", b"example", b"test", b"localdomain", b"intranet")
)


class CoreMap:
    """The cores of one space: names over NAME, mapped within their length and punctuation."""

    def __init__(self, derive: Callable[[str], bytes]) -> None:
        self._symbols = SymbolMap(derive, ALPHANUMERIC, "core")

    def cores(self, names: Iterable[bytes], *, inverse: bool = False) -> dict[bytes, bytes]:
        """name -> core, or core -> name, for what holds a letter or digit; none but bytes of NAME."""
        distinct = [name for name in dict.fromkeys(names) if name.translate(None, b"-_.+")]
        texts = Strings.of(distinct)
        inside = ALPHANUMERIC.numerals[texts.flat] != NONE
        masks = Strings(np.where(inside, np.uint8(ord("x")), texts.flat), texts.starts)
        written = texts.flat.copy()
        written[inside] = self._symbols.mapped(texts.only(inside), masks, inverse=inverse).flat
        return dict(zip(distinct, Strings(written, texts.starts).texts()))


class AccountMap:
    """Account and group names of one space."""

    TAG = b"user-"

    def __init__(self, derive: Callable[[str], bytes], kept: frozenset[bytes], tokens: TokenMap) -> None:
        self._kept = kept
        self._cores = CoreMap(derive)
        self._tokens = tokens

    def pseudonyms(self, names: list[bytes]) -> list[bytes | None]:
        """Of lower-case names, lower-case; None where the name is kept."""
        plain = [name for name in names if NAME.issuperset(name) and len(name) <= LONGEST_ACCOUNT]
        cores = self._cores.cores(plain)
        kept = self._kept
        return [
            None if name in kept else self.TAG + cores[name] if name in cores else self._tokens.token(name)
            for name in names
        ]

    def originals(self, written: list[bytes]) -> list[bytes | None]:
        """Of lower-case names as written; None for tokens, and for what no account is written as."""
        tagged = [name[len(self.TAG) :] if name.startswith(self.TAG) else b"" for name in written]
        cores = [core for core in tagged if NAME.issuperset(core) and 0 < len(core) <= LONGEST_ACCOUNT]
        names = self._cores.cores(cores, inverse=True)
        kept = self._kept
        # A kept account has no pseudonym.
        return [
            name if name in kept else found if (found := names.get(core)) not in kept else None
            for name, core in zip(written, tagged)
        ]


class LabelMap:
    """Host names of one space, label by label, so that the names of one domain stay together.

    A name made of an address follows the address (address_names.py).
    """

    TAG = b"host-"

    def __init__(
        self, derive: Callable[[str], bytes], kept: frozenset[bytes], tokens: TokenMap, addresses: AddressNames
    ) -> None:
        self._kept = kept
        self._cores = CoreMap(derive)
        self._tokens = tokens
        self._addresses = addresses

    def pseudonyms(self, names: list[bytes]) -> list[bytes]:
        """Of lower-case names without the root's dot, lower-case."""
        parted = [parts(name, self._kept) for name in names]
        labels = {label for part in parted if part for label in part.mapped if label is not None}
        written = {label: self._write(label, core) for label, core in self._walked(filter(is_plain, labels)).items()}
        written |= self._addresses.dashed(labels)
        zones = self._addresses.zones(part.zone for part in parted if part and part.zone)
        done = []
        for name, part in zip(names, parted):
            if part is None or (part.zone and part.zone not in zones):
                done.append(self._tokens.token(name))
                continue
            own = [
                old if new is None else written.get(new) or self._tokens.token(new)
                for new, old in zip(part.mapped, part.labels)
            ]
            new = b".".join((*own, zones[part.zone], part.zone[1]) if part.zone else own)
            # Tags may make a name of many labels longer than names can be.
            done.append(new if len(new) <= LONGEST_NAME else self._tokens.token(name))
        return done

    def originals(self, written: list[bytes]) -> list[bytes | None]:
        """Of lower-case names as written, without the root's dot; None for what holds a token, or is no pseudonym."""
        parted = {name: part for name in written if (part := parts(name, self._kept))}
        spelled = {label for part in parted.values() for label in part.labels}
        labels = self._addresses.dashed(spelled, inverse=True)
        coded = {label: core for label in spelled if label not in labels and (core := self._core(label))}
        cores = self._walked(coded.values(), inverse=True)
        labels |= {label: cores[core] for label, core in coded.items() if core in cores}
        zones = self._addresses.zones((part.zone for part in parted.values() if part.zone), inverse=True)
        names = {}
        for name, part in parted.items():
            own = [labels.get(label, label) for label in part.labels]
            if part.zone is None:
                names[name] = b".".join(own)
            elif part.zone in zones:
                names[name] = b".".join((*own, zones[part.zone], part.zone[1]))
        # Which labels are mapped depends on the whole name: only what is written so again was written so.
        again = dict(zip(names, self.pseudonyms(list(names.values()))))
        return [names[name] if again.get(name) == name else None for name in written]

    def _walked(self, labels: Iterable[bytes], *, inverse: bool = False) -> dict[bytes, bytes]:
        """Cores of labels that are made of no address, walked past those that would look it."""
        plain = [label for label in labels if not self._looks_dashed(label)]
        done = self._cores.cores(plain, inverse=inverse)
        while astray := [label for label, core in done.items() if self._looks_dashed(core)]:
            again = self._cores.cores([done[label] for label in astray], inverse=inverse)
            done |= {label: again[done[label]] for label in astray}
        return done

    def _looks_dashed(self, core: bytes) -> bool:
        return 3 <= core.count(b"-") <= 4 and dashed_address(self.TAG + core) is not None

    def _core(self, label: bytes) -> bytes:
        """The core of a label as written, empty where it has none; only the longest labels have no tag."""
        if not is_plain(label):
            return b""
        if label.startswith(self.TAG):
            return label[len(self.TAG) :]
        return label if len(label) + len(self.TAG) > LONGEST_LABEL else b""

    def _write(self, label: bytes, core: bytes) -> bytes:
        return self.TAG + core if len(label) + len(self.TAG) <= LONGEST_LABEL else core


def is_plain(label: bytes) -> bool:
    """Whether a label takes a core: an A-label would decode to nonsense, and takes a token."""
    return NAME.issuperset(label) and not label.startswith(b"xn--")


@dataclass(frozen=True, slots=True)
class Parts:
    """A host name's labels as they stand, and to map, None where one is kept; what it has of the reverse tree apart.

    Attributes:
      zone: the labels of an address and its tree, as address_names.py has them.
    """

    labels: list[bytes]
    mapped: list[bytes | None]
    zone: tuple[bytes, bytes] | None = None


def parts(name: bytes, service: frozenset[bytes]) -> Parts | None:
    """None if it is no host name; ``service`` holds the labels that are kept."""
    labels = name.split(b".")
    if not all(0 < len(label) <= LONGEST_LABEL for label in labels) or len(name) > LONGEST_NAME:
        return None
    if labels[-1] == b"arpa" and (zone := zone_of(name)):
        labels = zone[0].split(b".") if zone[0] else []
        return Parts(labels, [None if label in service else label for label in labels], zone[1:])
    suffix, internal = suffix_labels(name, len(labels))
    own = len(labels) - suffix
    mapped: list[bytes | None] = [None] * len(labels)
    for at in range(own):
        # Right before a public suffix stands what was registered, whatever word it is.
        registered = at == own - 1 and suffix > 0 and not internal
        if registered or labels[at] not in service:
            mapped[at] = labels[at]
    return Parts(labels, mapped)


def suffix_labels(name: bytes, labels: int) -> tuple[int, bool]:
    """How many labels at the right are a suffix that stays, always with one to its left; and whether it is internal."""
    if labels < 2:
        return 0, False
    for suffix in (b".".join(name.rsplit(b".", n)[-n:]) for n in (2, 1)):
        if suffix in INTERNAL_SUFFIXES and len(suffix) < len(name):
            return suffix.count(b".") + 1, True
    if not name.isascii():
        return 0, False
    found = public_suffixes().publicsuffix(name.decode("ascii"))
    count = found.count(".") + 1 if found else 0
    return (count, False) if count < labels else (labels - 1 if count > 1 else 0, False)
