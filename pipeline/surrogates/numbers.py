"""Numbers with a form: UUIDs, IMEIs, cards, serial numbers, digests. Each stays what it was, each map is injective."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence

import numpy as np

from pipeline.surrogates.ff1 import FF1
from pipeline.surrogates.notation import DIGITS, HEX, PREFIXES, SAFE, respell, write_uuid
from pipeline.surrogates.strings import Strings
from pipeline.surrogates.symbols import DECIMAL, HEXADECIMAL, LETTERS, NONE, SymbolMap

Derive = Callable[[str], bytes]
#: Bits of a UUID that are free, highest first: all but the version (4) and the variant (2) (RFC 9562).
FREE = tuple(bit for bit in range(127, -1, -1) if bit not in {79, 78, 77, 76, 63, 62})
PLACES = 127 - np.array(FREE)
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
        free = self._ff1.mapped(Strings.of_rows(bits[:, PLACES]), Strings.empty(len(values)), inverse=inverse)
        bits[:, PLACES] = free.rows(len(FREE))
        joined = np.packbits(bits, axis=1).tobytes().hex().encode()
        others = [joined[at : at + 32] for at in range(0, len(joined), 32)]
        return [v if v in (NIL, MAX) else other for v, other in zip(values, others)]

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


class ImeiMap:
    """IMEIs (3GPP TS 23.003 6.2): the type allocation code stays, the six digits of the serial number are mapped.

    14 digits, 15 with a check digit, 16 with a software version, which stays. The check digit is made anew, as far
    from right as it was, so that a valid IMEI stays valid and no two become one.
    """

    def __init__(self, derive: Derive) -> None:
        self._digits = SymbolMap(derive, DECIMAL)

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
        types = Strings.of([olds[i][:8] for i in good])
        serials = self._digits.mapped(Strings.of([olds[i][8:14] for i in good]), types, inverse=inverse)
        for i, serial in zip(good, serials.texts()):
            old = olds[i]
            done[i] = old[:8] + serial + (checked(old, old[:8] + serial) if len(old) == 15 else old[14:])
        return done


class CardMap:
    """Payment cards (ISO/IEC 7812-1): all digits but the check digit are mapped, the check digit is made anew."""

    def __init__(self, derive: Derive) -> None:
        self._digits = SymbolMap(derive, DECIMAL)

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
        good = [i for i, old in enumerate(olds) if old.isdigit() and 12 <= len(old) <= 19]
        bodies = self._digits.walked(Strings.of([olds[i][:-1] for i in good]), inverse=inverse)
        for i, body in zip(good, bodies.texts()):
            done[i] = body + checked(olds[i], body)
        return done


class SerialMap:
    """Serial numbers: digits stay digits, letters letters, the rest stays in place.

    The digits go through FF1 of radix 10 under the form as tweak, then the letters through FF1 of radix 26 under the
    form and the plain digits: both invertible, the digits first.
    """

    def __init__(self, derive: Derive) -> None:
        self._digits = SymbolMap(lambda name: derive(f"digits {name}"), DECIMAL)
        self._letters = SymbolMap(lambda name: derive(f"letters {name}"), LETTERS)

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
        good = [
            i
            for i, old in enumerate(olds)
            if len(old) <= LONGEST_SERIAL and SAFE.issuperset(old) and old.translate(None, b"._:@+/-")
        ]
        for i, new in zip(good, self._mapped(Strings.of([olds[i] for i in good]), inverse).texts()):
            done[i] = new
        return done

    def _mapped(self, texts: Strings, inverse: bool) -> Strings:
        octets = texts.flat
        digit, letter = DECIMAL.numerals[octets] != NONE, LETTERS.numerals[octets] != NONE
        forms = np.where(digit, np.uint8(ord("0")), np.where(letter, np.uint8(ord("a")), octets))
        tweaks = Strings(forms, texts.starts)
        plain = texts.only(digit)
        numbers = np.flatnonzero(plain.lengths == texts.lengths)
        # Where all are digits a number stays a number.
        others = self._digits.mapped(plain, tweaks, inverse=inverse)
        walked = self._digits.walked(plain.take(numbers), tweaks.take(numbers), inverse=inverse)
        others.flat[others.places(numbers)] = walked.flat
        written = octets.copy()
        written[digit] = others.flat
        tweaks = tweaks.beside(others if inverse else plain)
        written[letter] = self._letters.mapped(texts.only(letter), tweaks, inverse=inverse).flat
        return Strings(written, texts.starts)


class HashMap:
    """Digests in hex, of the same length: FF1 of radix 16 up to 128 bits, a keyed digest beyond."""

    def __init__(self, derive: Derive) -> None:
        self._short = SymbolMap(lambda name: derive(f"hex {name}"), HEXADECIMAL)
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
        good = [i for i, old in enumerate(olds) if 1 <= len(old) <= LONGEST_HEX and is_hex(old)]
        short = [i for i in good if len(olds[i]) <= INVERTIBLE_HEX]
        for i, new in zip(short, self._short.mapped(Strings.of([olds[i] for i in short]), inverse=inverse).texts()):
            done[i] = new
        if not inverse:
            for i in good:
                if len(olds[i]) > INVERTIBLE_HEX:
                    done[i] = hmac.digest(self._key, olds[i], "sha512").hex().encode()[: len(olds[i])]
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
