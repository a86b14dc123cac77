"""Numbers with a form: UUIDs, IMEIs, cards, serial numbers, digests. Each stays what it was, each map is injective."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.surrogates.ff1 import FF1, SMALLEST_DOMAIN
from pipeline.surrogates.notation import ALPHANUMERIC, DIGITS, HEX, PREFIXES, SAFE, respell, write_uuid
from pipeline.surrogates.permutation import KeyedPermutation

Derive = Callable[[str], bytes]
#: Bits of a UUID that are free, highest first: all but the version (4) and the variant (2) (RFC 9562).
FREE = tuple(bit for bit in range(127, -1, -1) if bit not in {79, 78, 77, 76, 63, 62})
NIL, MAX = b"0" * 32, b"f" * 32
#: Up to here digests are a permutation; beyond, a keyed digest has no collision to speak of (2^-160 a pair).
INVERTIBLE_HEX = 32
LONGEST_HEX = 128
LONGEST_SERIAL = 64


class UuidMap:
    """UUIDs of one space: the free bits are permuted, version and variant stay; nil and max are kept."""

    def __init__(self, derive: Derive) -> None:
        self._ff1 = FF1(derive("bits"), 2)

    def digits(self, values: Sequence[bytes], *, inverse: bool = False) -> list[bytes]:
        """32 lower-case hex digits each -> the same."""
        if not values:
            return []
        octets = np.frombuffer(bytes.fromhex(b"".join(values).decode("ascii")), np.uint8).reshape(-1, 16)
        bits = np.unpackbits(octets, axis=1)  # [n, 128], highest first
        places = 127 - np.array(FREE)
        done = bits.copy()
        crypt = self._ff1.decrypt_many if inverse else self._ff1.encrypt_many
        done[:, places] = crypt(bits[:, places].astype(np.int64))
        packed = np.packbits(done, axis=1)
        return [v if v in (NIL, MAX) else row.tobytes().hex().encode() for v, row in zip(values, packed)]

    def pseudonyms(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """None for what is no UUID."""
        olds = [parse_uuid(c) for c in canonical]
        done: list[bytes | None] = [None] * len(olds)
        good = [(i, old) for i, old in enumerate(olds) if old]
        for (i, old), new in zip(good, self.digits([old for _, old in good])):
            done[i] = write_uuid(found[i], old, new)
        return done

    def originals(self, written: Sequence[bytes]) -> list[bytes | None]:
        """32 lower-case hex digits of each, None for what is no UUID."""
        olds = [parse_uuid(w) for w in written]
        found = iter(self.digits([old for old in olds if old], inverse=True))
        return [next(found) if old else None for old in olds]


class DigitMap:
    """Strings of decimal digits of one length: FF1, or a table where there are fewer than 10^6."""

    def __init__(self, derive: Derive, radix: int = 10) -> None:
        self._derive, self._radix = derive, radix
        self._ff1 = FF1(derive("ff1"), radix)
        self._tables: dict[int, KeyedPermutation] = {}

    def rows(
        self, rows: npt.NDArray[np.int64], tweaks: Sequence[bytes], *, inverse: bool = False
    ) -> npt.NDArray[np.int64]:
        """int64 [n, length], a tweak a row, all tweaks of one length."""
        length = rows.shape[1]
        if not length or not len(rows):
            return rows
        if self._radix**length >= SMALLEST_DOMAIN:
            crypt = self._ff1.decrypt_many if inverse else self._ff1.encrypt_many
            return crypt(rows, np.frombuffer(b"".join(tweaks), np.uint8).reshape(len(rows), -1))
        if length not in self._tables:
            self._tables[length] = KeyedPermutation(self._derive(f"short {length}"), self._radix**length)
        weights = self._radix ** np.arange(length - 1, -1, -1)
        table = self._tables[length]
        image = (table.inverse if inverse else table.forward)(rows @ weights, tweaks)
        return image[:, None] // weights % self._radix

    def walked(
        self, rows: npt.NDArray[np.int64], tweaks: Sequence[bytes], *, inverse: bool = False
    ) -> npt.NDArray[np.int64]:
        """``rows``, walked so that a zero in front stays and none comes: a JSON number stays one (RFC 8259)."""
        done = self.rows(rows, tweaks, inverse=inverse)
        astray = np.flatnonzero((done[:, 0] == 0) != (rows[:, 0] == 0))
        while len(astray):
            done[astray] = self.rows(done[astray], [tweaks[int(i)] for i in astray], inverse=inverse)
            astray = astray[(done[astray, 0] == 0) != (rows[astray, 0] == 0)]
        return done


class ImeiMap:
    """IMEIs (3GPP TS 23.003 6.2): the type allocation code stays, the six digits of the serial number are mapped.

    14 digits, 15 with a check digit, 16 with a software version, which stays. The check digit is made anew, as far
    from right as it was, so that a valid IMEI stays valid and no two become one.
    """

    def __init__(self, derive: Derive) -> None:
        self._digits = DigitMap(derive)

    def pseudonyms(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """None for what is no IMEI."""
        olds = [c.translate(None, b"-/. ") for c in canonical]
        return [
            None if new is None else respell(spelling, old, new, DIGITS) or new
            for old, new, spelling in zip(olds, self._others(olds, inverse=False), found)
        ]

    def originals(self, written: Sequence[bytes]) -> list[bytes | None]:
        """The digits of each, None for what is no IMEI."""
        return self._others([w.translate(None, b"-/. ") for w in written], inverse=True)

    def _others(self, olds: list[bytes], *, inverse: bool) -> list[bytes | None]:
        done: list[bytes | None] = [None] * len(olds)
        good = [i for i, old in enumerate(olds) if old.isdigit() and len(old) in (14, 15, 16)]
        if not good:
            return done
        rows = as_rows([olds[i][8:14] for i in good])
        serials = as_texts(self._digits.rows(rows, [olds[i][:8] for i in good], inverse=inverse))
        for i, serial in zip(good, serials):
            old = olds[i]
            done[i] = old[:8] + serial + (checked(old, old[:8] + serial) if len(old) == 15 else old[14:])
        return done


class CardMap:
    """Payment cards (ISO/IEC 7812-1): all digits but the check digit are mapped, the check digit is made anew."""

    def __init__(self, derive: Derive) -> None:
        self._digits = DigitMap(derive)

    def pseudonyms(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """None for what is no card number of 12 to 19 digits."""
        olds = [c.translate(None, b"- ") for c in canonical]
        return [
            None if new is None else respell(spelling, old, new, DIGITS) or new
            for old, new, spelling in zip(olds, self._others(olds, inverse=False), found)
        ]

    def originals(self, written: Sequence[bytes]) -> list[bytes | None]:
        """The digits of each, None for what is no card number."""
        return self._others([w.translate(None, b"- ") for w in written], inverse=True)

    def _others(self, olds: list[bytes], *, inverse: bool) -> list[bytes | None]:
        done: list[bytes | None] = [None] * len(olds)
        by_length: dict[int, list[int]] = defaultdict(list)
        for i, old in enumerate(olds):
            if old.isdigit() and 12 <= len(old) <= 19:
                by_length[len(old)].append(i)
        for group in by_length.values():
            rows = as_rows([olds[i][:-1] for i in group])
            bodies = as_texts(self._digits.walked(rows, [b""] * len(group), inverse=inverse))
            for i, body in zip(group, bodies):
                done[i] = body + checked(olds[i], body)
        return done


class SerialMap:
    """Serial numbers: digits stay digits, letters letters, the rest stays in place.

    The digits go through FF1 of radix 10 under the form as tweak, then the letters through FF1 of radix 26 under the
    form and the plain digits: both invertible, the digits first.
    """

    def __init__(self, derive: Derive) -> None:
        self._digits = DigitMap(lambda name: derive(f"digits {name}"))
        self._letters = DigitMap(lambda name: derive(f"letters {name}"), 26)

    def pseudonyms(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """None for what holds a byte that needs an escape, is too long, or has no letter and no digit."""
        olds = [c.lower() for c in canonical]
        return [
            None if new is None else respell_serial(spelling, old, new)
            for old, new, spelling in zip(olds, self._others(olds, inverse=False), found)
        ]

    def originals(self, written: Sequence[bytes]) -> list[bytes | None]:
        """Upper-case, as makers print them; None for what has not the form of one."""
        olds = self._others([w.lower() for w in written], inverse=True)
        return [old if old is None else old.upper() for old in olds]

    def _others(self, olds: list[bytes], *, inverse: bool) -> list[bytes | None]:
        done: list[bytes | None] = [None] * len(olds)
        groups: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for i, old in enumerate(olds):
            digits = sum(map(old.count, b"0123456789"))
            symbols = sum(byte in ALPHANUMERIC for byte in old)
            if symbols and len(old) <= LONGEST_SERIAL and SAFE.issuperset(old):
                groups[len(old), digits, symbols].append(i)
        for group in groups.values():
            for i, new in zip(group, self._group([olds[i] for i in group], inverse)):
                done[i] = new
        return done

    def _group(self, values: list[bytes], inverse: bool) -> list[bytes]:
        """Of values of one length and with equally many digits and letters."""
        octets = np.frombuffer(b"".join(values), np.uint8).reshape(len(values), -1)
        digit = (octets >= ord("0")) & (octets <= ord("9"))
        letter = (octets >= ord("a")) & (octets <= ord("z"))
        form = np.where(digit, np.uint8(ord("0")), np.where(letter, np.uint8(ord("a")), octets))
        numbers = octets[digit].reshape(len(values), -1).astype(np.int64) - ord("0")
        forms = [row.tobytes() for row in form]
        walk = self._digits.walked if digit.all() else self._digits.rows
        written = octets.copy()
        others = walk(numbers, forms, inverse=inverse)
        written[digit] = (others + ord("0")).astype(np.uint8).ravel()
        words = octets[letter].reshape(len(values), -1).astype(np.int64) - ord("a")
        plain = ((others if inverse else numbers) + ord("0")).astype(np.uint8)
        tweaks = [f + p.tobytes() for f, p in zip(forms, plain)]
        written[letter] = (self._letters.rows(words, tweaks, inverse=inverse) + ord("a")).astype(np.uint8).ravel()
        return [row.tobytes() for row in written]


class HashMap:
    """Digests in hex, of the same length: FF1 of radix 16 up to 128 bits, a keyed digest beyond."""

    def __init__(self, derive: Derive) -> None:
        self._short = DigitMap(lambda name: derive(f"hex {name}"), 16)
        self._key = derive("digest")

    def pseudonyms(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """None for what is not 1 to 128 hex digits."""
        olds = [without_prefix(c.lower()) for c in canonical]
        return [
            None if new is None else respell(spelling, old, new, HEX) or new
            for old, new, spelling in zip(olds, self._others(olds, inverse=False), found)
        ]

    def originals(self, written: Sequence[bytes]) -> list[bytes | None]:
        """Lower-case, without the algorithm's name; None for what is no digest, and for those longer than 128 bits."""
        return self._others([without_prefix(w.lower()) for w in written], inverse=True)

    def _others(self, olds: list[bytes], *, inverse: bool) -> list[bytes | None]:
        done: list[bytes | None] = [None] * len(olds)
        by_length: dict[int, list[int]] = defaultdict(list)
        for i, old in enumerate(olds):
            if is_hex(old) and 1 <= len(old) <= LONGEST_HEX:
                by_length[len(old)].append(i)
        for length, group in by_length.items():
            if length <= INVERTIBLE_HEX:
                rows = np.array([[int(c, 16) for c in olds[i].decode("ascii")] for i in group], np.int64)
                others = self._short.rows(rows, [b""] * len(group), inverse=inverse)
                mapped = [bytes(b"0123456789abcdef"[n] for n in row) for row in others]
            elif inverse:
                continue
            else:
                mapped = [hmac.digest(self._key, olds[i], "sha512").hex().encode()[:length] for i in group]
            for i, new in zip(group, mapped):
                done[i] = new
        return done


def parse_uuid(text: bytes) -> bytes | None:
    """The 32 lower-case hex digits of a UUID with or without hyphens and ``urn:uuid:``, or None."""
    digits = text.lower().removeprefix(b"urn:uuid:").translate(None, b"-")
    return digits if len(digits) == 32 and is_hex(digits) else None


def respell_serial(found: bytes, old: bytes, new: bytes) -> bytes:
    """As found letter by letter: both forms have digits and letters in the same places."""
    if found.lower() != old:
        return new.upper()
    upper = new.upper()
    return bytes(u if byte != low else n for byte, low, n, u in zip(found, old, new, upper))


def luhn(body: bytes) -> int:
    """The check digit after these digits (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, byte in enumerate(reversed(body)):
        digit = (byte - 48) * (1 if place % 2 else 2)
        total += digit - 9 if digit > 9 else digit
    return -total % 10


def checked(old: bytes, body: bytes) -> bytes:
    """The check digit for a new body, as far from the right one as the old number's was."""
    return b"%d" % ((luhn(body) + old[-1] - 48 - luhn(old[:-1])) % 10)


def without_prefix(value: bytes) -> bytes:
    """A digest without the name of its algorithm: the same digest, named or not, has one pseudonym."""
    name, colon, digits = value.rpartition(b":")
    return digits if name + colon in PREFIXES else value


def is_hex(text: bytes) -> bool:
    return not text.translate(None, b"0123456789abcdef")


def as_rows(texts: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """Texts of digits, all of one length."""
    return np.frombuffer(b"".join(texts), np.uint8).reshape(len(texts), -1).astype(np.int64) - 48


def as_texts(rows: npt.NDArray[np.int64]) -> list[bytes]:
    return [row.tobytes() for row in (rows + 48).astype(np.uint8)]
