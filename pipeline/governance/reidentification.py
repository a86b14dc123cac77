"""An answer turned back: pseudonyms that were issued become their originals, all else stays.

1. Every span of the answer that has the form of a pseudonym is looked up in the vault.
2. What was issued is inverted by the client's key or, where it is a token, opened from the vault. An inversion counts
   only if its original makes the same pseudonym again.
3. What looks like one of our pseudonyms and was not issued is listed, and stays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.errors import ConfigurationError
from pipeline.governance.answers import Candidate, candidates, is_shown
from pipeline.surrogates.addresses import read_all, write_all
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.macs import maker_of
from pipeline.surrogates.notation import ALPHANUMERIC, HEX, hyphenated, in_octets, is_upper, respell
from pipeline.surrogates.numbers import respell_serial
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.vault import DIGEST, VaultKey, one_spelling
from recognizers.defanged import refanged
from recognizers.entities import NAMESPACES
from recognizers.ip import number_of
from recognizers.proc_net import address_in

#: Of the namespaces in which one span is a pseudonym, the one named first.
_PRECEDENCE = {namespace: place for place, namespace in enumerate(dict.fromkeys((*NAMESPACES.values(), "token")))}
#: Bytes of an answer that are looked at together.
BLOCK = 1 << 15
#: Namespace, and the pseudonym in one spelling or as written.
Pseudonym = tuple[str, bytes]
Options = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class TurnedBack:
    """An answer with its originals.

    Attributes:
      text: the answer.
      restored: namespace -> how many places were turned back.
      distinct: how many different pseudonyms those were.
      foreign: what looks like a pseudonym and was not issued to this recipient: each text once, in order.
    """

    text: bytes
    restored: Mapping[str, int]
    distinct: int
    foreign: tuple[bytes, ...]


@dataclass(frozen=True)
class Row:
    """What the vault holds of a pseudonym.

    Attributes:
      digest: of it.
      sealed: its original in each spelling that was found, where its key does not invert it.
      options: under which it was made.
    """

    digest: bytes
    sealed: tuple[bytes, ...]
    options: Options


class _Rows:
    """The rows of one run, which are in the order of their digests.

    Attributes:
      heads: uint64 [n], the first half of each digest.
    """

    def __init__(self, table: pa.Table) -> None:
        self._digest = table.column("digest").combine_chunks()
        self._sealed = table.column("sealed").combine_chunks()
        self.heads = _heads(b"".join(self._digest.to_pylist()))

    def between(self, first: int, last: int) -> list[tuple[bytes, bytes | None]]:
        return [(self._digest[place].as_py(), self._sealed[place].as_py()) for place in range(first, last)]


def _heads(digests: bytes) -> npt.NDArray[np.uint64]:
    return np.frombuffer(digests, ">u8")[:: DIGEST // 8].astype(np.uint64)


class Vault:
    """What was issued to one recipient of a client in one epoch, and what turns it back.

    Args:
      tables: the rows of each run, and the options of the space that made them, as ``read_vaults`` gives them.
    """

    def __init__(self, key: ClientKey, recipient_id: str, tables: Sequence[tuple[pa.Table, dict[str, Any]]]) -> None:
        self.epoch = key.epoch
        self._key = VaultKey(key, recipient_id)
        self._tables = [(_Rows(table), tuple(sorted(options.items()))) for table, options in tables]
        self._spaces = {o: SurrogateSpace(key, recipient_id, **dict(o)) for _, o in self._tables}

    def issued(self, wanted: Sequence[Pseudonym]) -> dict[Pseudonym, Row]:
        """Those that were issued."""
        found: dict[Pseudonym, Row] = {}
        digests = [self._key.digest(*pseudonym) for pseudonym in wanted]
        heads = _heads(b"".join(digests))
        for rows, options in self._tables:
            first, last = (np.searchsorted(rows.heads, heads, side=side) for side in ("left", "right"))
            for number in np.flatnonzero(last > first).tolist():
                digest, pseudonym = digests[number], wanted[number]
                sealed = [own for held, own in rows.between(first[number], last[number]) if held == digest]
                if sealed:
                    before = found[pseudonym].sealed if pseudonym in found else ()
                    spellings = (*before, *(own for own in sealed if own is not None))
                    found[pseudonym] = Row(digest, spellings, options)
        return found

    def originals(self, written: Mapping[Pseudonym, Row]) -> dict[Pseudonym, bytes]:
        """What (namespace, pseudonym as written) stands for, as it is to be written; nothing for what does not invert.

        Raises:
          KeyProblem: a row was changed.
        """
        done: dict[Pseudonym, bytes] = {}
        groups: dict[tuple[Options, str], list[bytes]] = defaultdict(list)
        for (namespace, text), row in written.items():
            if row.sealed:
                # Any would do; the first in order is the one with capitals.
                done[namespace, text] = min(self._key.open(row.digest, sealed) for sealed in row.sealed)
            else:
                groups[row.options, namespace].append(text)
        for (options, namespace), texts in groups.items():
            space = self._spaces[options]
            # Of addresses, which have several notations, one is inverted.
            read = [one_spelling(namespace, text) for text in texts] if namespace == "ip" else texts
            pairs = [(t, o) for t, o in zip(texts, space.originals(namespace, read), strict=True) if o is not None]
            again = space.pseudonyms(namespace, [original for _, original in pairs], [text for text, _ in pairs])
            for (text, original), made in zip(pairs, again, strict=True):
                if one_spelling(namespace, made) == one_spelling(namespace, text):
                    done[namespace, text] = spelled(namespace, text, original)
        return done

    def is_kept(self, namespace: str, text: bytes) -> bool:
        """Whether a value is one that every release holds as it is, such as a loopback address."""
        spelling = one_spelling(namespace, text)
        return any(
            one_spelling(namespace, space.pseudonyms(namespace, [spelling], [text])[0]) == spelling
            for space in self._spaces.values()
        )


def spelled(namespace: str, written: bytes, original: bytes) -> bytes:
    """A canonical original in the notation and letter case of its pseudonym."""
    pseudonym = one_spelling(namespace, written)
    if namespace == "ip":
        embedded = b"." in written and b":" in written and b"/" not in written
        in_digits = number_of(written) is not None or address_in(written) is not None
        if embedded or in_digits or refanged(written) != written:
            return write_all(*read_all([original], [original]), [written])[0]
        return original.upper() if is_upper(written) else original
    if namespace == "mac":
        maker = maker_of(written)
        octets = written.removeprefix(maker)
        return maker + (respell(octets, pseudonym, original, HEX) or in_octets(octets, original))
    if namespace == "uuid":
        return respell(written, pseudonym, original, HEX) or hyphenated(written, original)
    if namespace == "serial":
        return respell_serial(written, pseudonym, original.lower())
    if namespace == "sid":
        return written[:1] + original[1:]
    if namespace in ("label", "account"):
        return original.upper() if is_upper(written) else original
    digits = written.removeprefix(b"+")
    respelled = respell(digits, pseudonym, one_spelling(namespace, original), ALPHANUMERIC)
    return original if respelled is None else written[: len(written) - len(digits)] + respelled


def turn_back(answer: bytes, vaults: Sequence[Vault], others: Sequence[Vault] = ()) -> TurnedBack:
    """The answer with every pseudonym of these epochs turned back, or nothing at all.

    Args:
      others: of further epochs of the same recipient, in which nothing of the answer may have been issued.

    Raises:
      ConfigurationError: the answer holds pseudonyms of another epoch, or one that two epochs turn back differently.
      KeyProblem: a row of a vault was changed.
    """
    pieces: list[bytes] = []
    restored: Counter[str] = Counter()
    distinct: set[Pseudonym] = set()
    foreign: dict[bytes, None] = {}
    strange: dict[int, set[Pseudonym]] = {vault.epoch: set() for vault in others}
    for block in _blocks(answer):
        text = {c: block[c.start : c.end] for c in candidates(block)}
        originals = _originals(vaults, text)
        places = _disjoint(c for c in text if (c.namespace, text[c]) in originals)
        at = 0
        for c in places:
            pieces += [block[at : c.start], originals[c.namespace, text[c]]]
            at = c.end
            restored[c.namespace] += 1
            distinct.add((c.namespace, c.spelling))
        pieces.append(block[at:])
        beside = _beside(text, places)
        for vault in others:
            strange[vault.epoch].update(vault.issued(_wanted(beside)))
        for c in _disjoint(c for c in beside if is_shown(block, c)):
            if text[c] not in foreign and not any(vault.is_kept(c.namespace, text[c]) for vault in vaults):
                foreign[text[c]] = None
    _refuse_other_epochs(vaults, {epoch: len(found) for epoch, found in sorted(strange.items()) if found})
    return TurnedBack(b"".join(pieces), dict(sorted(restored.items())), len(distinct), tuple(foreign))


def _blocks(answer: bytes) -> Iterator[bytes]:
    """The answer in pieces, so that the spans of one fit into memory: cut behind a line, else a word.

    A word longer than a block is cut through: what is a pseudonym there stays.
    """
    at = 0
    while at < len(answer):
        end = min(len(answer), at + BLOCK)
        if end < len(answer):
            line = answer.rfind(b"\n", at, end) + 1
            word = max(answer.rfind(blank, at, end) + 1 for blank in (b" ", b"\t", b'"', b","))
            end = line or word or end
        yield answer[at:end]
        at = end


def _wanted(spans: Iterable[Candidate]) -> list[Pseudonym]:
    return sorted({(c.namespace, c.spelling) for c in spans})


def _originals(vaults: Sequence[Vault], text: Mapping[Candidate, bytes]) -> dict[Pseudonym, bytes]:
    """What (namespace, text) stands for, of those that were issued."""
    wanted = _wanted(text)
    originals: dict[Pseudonym, bytes] = {}
    for vault in vaults:
        rows = vault.issued(wanted)
        asked = {(c.namespace, text[c]): rows[c[2:]] for c in text if c[2:] in rows}
        for name, original in vault.originals(asked).items():
            if originals.setdefault(name, original) != original:
                raise ConfigurationError(
                    "answer: a pseudonym in it stands for different originals in the epochs that were named; name one"
                )
    return originals


def _refuse_other_epochs(vaults: Sequence[Vault], strange: Mapping[int, int]) -> None:
    if strange:
        own = ", ".join(str(vault.epoch) for vault in vaults)
        names = " --epoch ".join(map(str, sorted([*strange, *(vault.epoch for vault in vaults)])))
        held = " and ".join(f"{count} of epoch {epoch}" for epoch, count in strange.items())
        raise ConfigurationError(
            f"answer: holds pseudonyms of another epoch than {own}: {held}; nothing was turned back. Name each epoch "
            f"that it answers to: --epoch {names}"
        )


def _disjoint(spans: Iterable[Candidate]) -> list[Candidate]:
    """Spans that do not overlap, in order: the first to start, of those the longest, then by namespace."""
    chosen: list[Candidate] = []
    for c in sorted(spans, key=lambda c: (c.start, -c.end, _PRECEDENCE[c.namespace])):
        if not chosen or c.start >= chosen[-1].end:
            chosen.append(c)
    return chosen


def _beside(spans: Iterable[Candidate], places: Sequence[Candidate]) -> list[Candidate]:
    """Spans that overlap none of the places, which are in order."""
    free = []
    at = 0
    for c in sorted(spans):
        while at < len(places) and places[at].end <= c.start:
            at += 1
        if at == len(places) or places[at].start >= c.end:
            free.append(c)
    return free
