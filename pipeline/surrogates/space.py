"""The pseudonyms of one client for one recipient: what redaction asks.

Stateless: a pseudonym depends on keys, recipient, namespace and canonical form, never on order, batch or worker. What
is kept here are tables made from keys. ``allowed coincidences``: a permutation may map a value to itself or to a value
that is kept or occurs elsewhere; tags make that visible for names, for addresses and numbers nothing can.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from pipeline.surrogates import special, times
from pipeline.surrogates.addresses import Ipv4Map, Ipv6Map
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.macs import MacMap, parse_mac, parse_written
from pipeline.surrogates.names import AccountMap, LabelMap
from pipeline.surrogates.notation import in_hex, is_upper, write_ipv6, write_mac
from pipeline.surrogates.numbers import CardMap, HashMap, ImeiMap, SerialMap, UuidMap
from pipeline.surrogates.tokens import TokenMap

NUMBERS: dict[str, type[UuidMap | ImeiMap | CardMap | SerialMap | HashMap]] = {
    "uuid": UuidMap,
    "imei": ImeiMap,
    "card": CardMap,
    "serial": SerialMap,
    "hash": HashMap,
}
#: The namespaces whose pseudonyms ``originals`` turns back, save those that are tokens.
INVERTIBLE = frozenset((*NUMBERS, "ip", "mac", "label", "account"))
FULL = (1 << 64) - 1


class SurrogateSpace:
    """Pseudonyms of one client for one recipient.

    Args:
      key: the client's key; two clients share no pseudonym but by chance.
      recipient_id: two recipients share none either.
      keep_vendor_prefix: whether a MAC's first 24 bits stay, as a network vendor needs.
    """

    def __init__(self, key: ClientKey, recipient_id: str, *, keep_vendor_prefix: bool = True) -> None:
        self._key = key
        self._recipient = recipient_id
        self._keep_vendor_prefix = keep_vendor_prefix
        self._maps: dict[str, Any] = {}

    def pseudonyms(self, namespace: str, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes]:
        """A pseudonym for each value, of bytes ``[A-Za-z0-9._:@+/-]`` only.

        Args:
          namespace: one of recognizers.entities.NAMESPACES.
          canonical: the value's one spelling; it decides the pseudonym.
          found: the spelling met (``00-00-5E-00-53-01``, ``0000.5e00.5301``); it decides notation and letter case.

        Special values that are kept (loopback, ``root``) come back as found. A value that does not parse in its
        namespace takes a token, never passes.
        """
        if len(canonical) != len(found):
            raise ValueError("pseudonyms: as many found spellings as canonical forms are needed")
        if namespace == "ip":
            done = self._ip(canonical, found)
        elif namespace == "mac":
            done = self._mac(canonical, found)
        elif namespace == "label":
            done = self._labels(canonical, found)
        elif namespace == "account":
            done = self._accounts(canonical, found)
        elif namespace in NUMBERS:
            done = self._numbers(namespace).pseudonyms(canonical, found)
        else:
            done = [None] * len(canonical)
        tokens = self._tokens(namespace)
        return [tokens.token(value) if new is None else new for value, new in zip(canonical, done)]

    def originals(self, namespace: str, written: Sequence[bytes]) -> list[bytes | None]:
        """The canonical original of each pseudonym, in whatever notation and letter case it is written.

        None where a text has not the form of a pseudonym, is a token or longer digest, or its namespace is not in
        INVERTIBLE. A kept value is its own original. What was never issued has an original, too: whether it was, only
        a record of what was issued can tell.
        """
        if namespace == "ip":
            return self._original_addresses(written)
        if namespace == "mac":
            return self._original_macs(written)
        if namespace == "label":
            names = [text.lower().removesuffix(b".") for text in written]
            done = self._label_map().originals(names)
            places = [i for i, name in enumerate(names) if may_be_address(name)]
            for i, address in zip(places, self._original_addresses([names[i] for i in places])):
                done[i] = address or done[i]
            return done
        if namespace == "account":
            return self._account_map().originals([text.lower() for text in written])
        if namespace in NUMBERS:
            return self._numbers(namespace).originals(written)
        return [None] * len(written)

    def shift(self) -> int:
        """Microseconds by which every time of this client is shifted for this recipient; whole seconds, never 0."""
        return times.shift_for(self._derive("time")("shift"))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a surrogate space is not pickled: each worker makes its own from its own keystore")

    def _derive(self, namespace: str) -> Callable[[str], bytes]:
        context = (self._recipient, namespace, str(self._key.scheme))
        return lambda part: self._key.derive("surrogate", *context, part)

    def _map(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._maps:
            self._maps[name] = make()
        return self._maps[name]

    def _tokens(self, namespace: str) -> TokenMap:
        tokens: TokenMap = self._map(
            f"tokens {namespace}", lambda: TokenMap(self._derive(namespace)("token"), namespace)
        )
        return tokens

    def _numbers(self, namespace: str) -> UuidMap | ImeiMap | CardMap | SerialMap | HashMap:
        numbers: UuidMap = self._map(namespace, lambda: NUMBERS[namespace](self._derive(namespace)))
        return numbers

    def _label_map(self) -> LabelMap:
        labels: LabelMap = self._map("label", lambda: LabelMap(self._derive("label"), self._tokens("label")))
        return labels

    def _account_map(self) -> AccountMap:
        accounts: AccountMap = self._map(
            "account", lambda: AccountMap(self._derive("account"), self._tokens("account"))
        )
        return accounts

    def _addresses(self) -> tuple[Ipv4Map, Ipv6Map]:
        ipv4: Ipv4Map = self._map("ipv4", lambda: Ipv4Map(self._derive("ip")))
        ipv6: Ipv6Map = self._map("ipv6", lambda: Ipv6Map(self._derive("ip"), ipv4, self._macs()))
        return ipv4, ipv6

    def _macs(self) -> MacMap:
        macs: MacMap = self._map(
            "mac", lambda: MacMap(self._derive("mac"), keep_vendor_prefix=self._keep_vendor_prefix)
        )
        return macs

    def _mac(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        digits = [parse_mac(value) for value in canonical]
        done: list[bytes | None] = [None] * len(digits)
        short = [(i, d) for i, d in enumerate(digits) if d and len(d) == 12]
        long = [(i, d) for i, d in enumerate(digits) if d and len(d) == 16]
        for pairs, values in (
            (short, self._macs().pseudonyms([int(d, 16) for _, d in short])),
            (long, self._macs().long_pseudonyms([int(d, 16) for _, d in long])),
        ):
            for (i, old), value in zip(pairs, values):
                done[i] = write_mac(found[i], old, b"%0*x" % (len(old), value))
        return done

    def _ip(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        ipv4, ipv6 = self._addresses()
        parsed = [parse_address(c, f) for c, f in zip(canonical, found)]
        done: list[bytes | None] = [None] * len(parsed)
        fours = [i for i, address in enumerate(parsed) if isinstance(address, ipaddress.IPv4Address)]
        if fours:
            mapped = ipv4.pseudonyms(np.array([int(parsed[i] or 0) for i in fours], np.uint64))
            for i, value in zip(fours, mapped.tolist()):
                done[i] = b"%d.%d.%d.%d" % tuple(value.to_bytes(4, "big"))
        sixes = [i for i, address in enumerate(parsed) if isinstance(address, ipaddress.IPv6Address)]
        if sixes:
            numbers = [int(parsed[i] or 0) for i in sixes]
            high, low = ipv6.mapped(
                np.array([n >> 64 for n in numbers], np.uint64), np.array([n & FULL for n in numbers], np.uint64)
            )
            kept = special.ipv6()
            for i, number, h, w in zip(sixes, numbers, high.tolist(), low.tolist()):
                done[i] = write_ipv6(found[i], number if number in kept else h << 64 | w)
        return done

    def _original_addresses(self, written: Sequence[bytes]) -> list[bytes | None]:
        ipv4, ipv6 = self._addresses()
        done: list[bytes | None] = [None] * len(written)
        parsed = [parse_address(text, text) for text in written]
        fours = [(i, int(address)) for i, address in enumerate(parsed) if address and address.version == 4]
        back = ipv4.pseudonyms(np.array([number for _, number in fours], np.uint64), inverse=True)
        for (i, _), value in zip(fours, back.tolist()):
            done[i] = b"%d.%d.%d.%d" % tuple(value.to_bytes(4, "big"))
        sixes = [(i, int(address)) for i, address in enumerate(parsed) if address and address.version == 6]
        high, low = ipv6.mapped(
            np.array([number >> 64 for _, number in sixes], np.uint64),
            np.array([number & FULL for _, number in sixes], np.uint64),
            inverse=True,
        )
        kept = special.ipv6()
        for (i, number), h, w in zip(sixes, high.tolist(), low.tolist()):
            done[i] = in_hex(number if number in kept else h << 64 | w).encode()
        return done

    def _original_macs(self, written: Sequence[bytes]) -> list[bytes | None]:
        done: list[bytes | None] = [None] * len(written)
        digits = [(i, parse_written(text)) for i, text in enumerate(written)]
        short = [(i, int(d, 16)) for i, d in digits if d and len(d) == 12]
        long = [(i, int(d, 16)) for i, d in digits if d and len(d) == 16]
        for (i, _), value in zip(short, self._macs().originals([number for _, number in short])):
            done[i] = None if value is None else b"%012x" % value
        for (i, _), value in zip(long, self._macs().long_pseudonyms([number for _, number in long], inverse=True)):
            done[i] = b"%016x" % value
        return done

    def _labels(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """An address that stands where a host name may stand is an address."""
        names = [value.lower().removesuffix(b".") for value in canonical]
        done: list[bytes | None] = list(self._label_map().pseudonyms(names))
        addresses = {i: name for i, name in enumerate(names) if may_be_address(name) and parse_address(name, name)}
        for i, address in zip(addresses, self._ip(list(addresses.values()), [found[i] for i in addresses])):
            done[i] = address
        for i, spelling in enumerate(found):
            new = done[i]
            if new is None or i in addresses:
                continue
            if new == names[i] == spelling.lower().removesuffix(b"."):
                done[i] = spelling
                continue
            new = new.upper() if is_upper(spelling) else new
            done[i] = new + b"." if spelling.endswith(b".") else new
        return done

    def _accounts(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        done: list[bytes | None] = []
        names = [value.lower() for value in canonical]
        for name, new, spelling in zip(names, self._account_map().pseudonyms(names), found):
            if new is None:
                done.append(spelling if spelling.lower() == name else name)
            else:
                done.append(new.upper() if is_upper(spelling) else new)
        return done


def may_be_address(name: bytes) -> bool:
    return b":" in name or not name.translate(None, b"0123456789.")


def parse_address(canonical: bytes, found: bytes) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address a value is, or None. A mapped one may come with its IPv4 address as canonical form."""
    text = found if b":" in found and b":" not in canonical else canonical
    try:
        return ipaddress.ip_address(text.split(b"%", 1)[0].decode("ascii"))
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(canonical.decode("ascii"))
    except ValueError:
        return None
