"""The pseudonyms of one client for one recipient: what redaction asks.

Stateless: a pseudonym depends on keys, recipient, namespace and canonical form, never on order, batch or worker. What
is kept here are tables made from keys. ``allowed coincidences``: a permutation may map a value to itself or to a value
that is kept or occurs elsewhere; tags make that visible for names, for addresses and numbers nothing can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from pipeline.kernels.address_text import FOUR, SIX
from pipeline.surrogates import times
from pipeline.surrogates.address_names import AddressNames
from pipeline.surrogates.addresses import Ipv4Map, Ipv6Map, read_all, write_all
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.macs import MacMap, maker_of, read_macs, whole_octets, write_macs
from pipeline.surrogates.names import AccountMap, LabelMap
from pipeline.surrogates.networks import networks
from pipeline.surrogates.notation import HEX, Spelling, in_octets, is_upper
from pipeline.surrogates.numbers import Derive, NumberMap, cards, digests, imeis, serials, uuids
from pipeline.surrogates.sids import sids
from pipeline.surrogates.special import Kept, shipped
from pipeline.surrogates.subscribers import iccids, imsis, phones
from pipeline.surrogates.tokens import TokenMap

NUMBERS: dict[str, Callable[[Derive], NumberMap]] = {
    "uuid": uuids,
    "imei": imeis,
    "card": cards,
    "serial": serials,
    "hash": digests,
}
#: Of these the country may stay.
SUBSCRIBERS: dict[str, Callable[[Derive, bool], NumberMap]] = {"imsi": imsis, "iccid": iccids, "phone": phones}
MACS = Spelling(HEX, in_octets)
#: The namespaces whose pseudonyms ``originals`` turns back, save those that are tokens.
INVERTIBLE = frozenset((*NUMBERS, *SUBSCRIBERS, "sid", "ip", "mac", "label", "account"))


class SurrogateSpace:
    """Pseudonyms of one client for one recipient.

    Args:
      key: the client's key; two clients share no pseudonym but by chance.
      recipient_id: two recipients share none either.
      keep_vendor_prefix: whether a MAC's first 24 bits stay, as a network vendor needs.
      keep_country: whether the country of an IMSI, a SIM card and a telephone number stays.
      kept: what stays as it stands, or the text that ``Kept.read`` reads; by default the lists that ship.
    """

    def __init__(
        self,
        key: ClientKey,
        recipient_id: str,
        *,
        keep_vendor_prefix: bool = True,
        keep_country: bool = False,
        kept: Kept | str | None = None,
    ) -> None:
        self._kept = shipped() if kept is None else Kept.read(kept) if isinstance(kept, str) else kept
        self._key = key
        self._recipient = recipient_id
        self._keep_vendor_prefix = keep_vendor_prefix
        self._keep_country = keep_country
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
        elif namespace in NUMBERS or namespace in SUBSCRIBERS or namespace == "sid":
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
            return self._ip(written, written, inverse=True)
        if namespace == "mac":
            return self._original_macs(written)
        if namespace == "label":
            names = [text.lower().removesuffix(b".") for text in written]
            done = self._label_map().originals(names)
            places = [i for i, name in enumerate(names) if may_be_address(name)]
            for i, address in zip(
                places, self._ip([names[i] for i in places], [names[i] for i in places], inverse=True)
            ):
                done[i] = address or done[i]
            return done
        if namespace == "account":
            return self._account_map().originals([text.lower() for text in written])
        if namespace in NUMBERS or namespace in SUBSCRIBERS or namespace == "sid":
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

    def _numbers(self, namespace: str) -> NumberMap:
        derive = self._derive(namespace)
        numbers: NumberMap = self._map(
            namespace,
            lambda: (
                SUBSCRIBERS[namespace](derive, self._keep_country)
                if namespace in SUBSCRIBERS
                else sids(derive, self._kept.sids)
                if namespace == "sid"
                else NUMBERS[namespace](derive)
            ),
        )
        return numbers

    def _label_map(self) -> LabelMap:
        labels: LabelMap = self._map(
            "label",
            lambda: LabelMap(
                self._derive("label"), self._kept.labels, self._tokens("label"), AddressNames(*self._addresses())
            ),
        )
        return labels

    def _account_map(self) -> AccountMap:
        accounts: AccountMap = self._map(
            "account", lambda: AccountMap(self._derive("account"), self._kept.accounts, self._tokens("account"))
        )
        return accounts

    def _addresses(self) -> tuple[Ipv4Map, Ipv6Map]:
        ipv4: Ipv4Map = self._map("ipv4", lambda: Ipv4Map(self._derive("ip"), self._kept))
        ipv6: Ipv6Map = self._map("ipv6", lambda: Ipv6Map(self._derive("ip"), self._kept, ipv4, self._macs()))
        return ipv4, ipv6

    def _macs(self) -> MacMap:
        macs: MacMap = self._map(
            "mac", lambda: MacMap(self._derive("mac"), self._kept, keep_vendor_prefix=self._keep_vendor_prefix)
        )
        return macs

    def _mac(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        values, widths = read_macs(canonical)
        short, long, low = widths == 12, widths == 16, widths == 6
        others = np.zeros_like(values)
        others[low] = self._macs().low(values[low])
        others[short] = self._macs().pseudonyms(values[short])
        others[long] = self._macs().long_addresses(values[long])
        written = MACS.write(found, write_macs(values, widths), write_macs(others, widths))
        if self._keep_vendor_prefix:
            for place in np.flatnonzero(low).tolist():  # `HewlettP_00:53:01`
                written[place] = maker_of(found[place]) + written[place]
        return [text if width else None for text, width in zip(written, widths.tolist())]

    def _original_macs(self, written: Sequence[bytes]) -> list[bytes | None]:
        values, widths = read_macs([whole_octets(text) for text in written])
        short, long, low = widths == 12, widths == 16, widths == 6
        back, known = np.zeros_like(values), long | low
        back[low] = self._macs().low(values[low], inverse=True)
        back[short], known[short] = self._macs().originals(values[short])
        back[long] = self._macs().long_addresses(values[long], inverse=True)
        return [text if good else None for text, good in zip(write_macs(back, widths), known.tolist())]

    def _ip(self, canonical: Sequence[bytes], found: Sequence[bytes], *, inverse: bool = False) -> list[bytes | None]:
        ipv4, ipv6 = self._addresses()
        kinds, high, low = read_all(canonical, found)
        fours = np.flatnonzero(kinds == FOUR)
        if len(fours):
            low[fours] = ipv4.pseudonyms(low[fours], inverse=inverse)
        sixes = np.flatnonzero(kinds == SIX)
        if len(sixes):
            high[sixes], low[sixes] = ipv6.pseudonyms(high[sixes], low[sixes], inverse=inverse)
        written = write_all(kinds, high, low, [] if inverse else found)
        done: list[bytes | None] = [text or None for text in written]
        slashed = [i for i in np.flatnonzero(kinds == 0).tolist() if b"/" in canonical[i]]
        if slashed:
            maps, some = self._addresses(), ([canonical[i] for i in slashed], [found[i] for i in slashed])
            for i, text in zip(slashed, networks(maps, *some, inverse=inverse)):
                done[i] = text
        return done

    def _labels(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """An address that stands where a host name may stand is an address."""
        names = [value.lower().removesuffix(b".") for value in canonical]
        done: list[bytes | None] = list(self._label_map().pseudonyms(names))
        places = [i for i, name in enumerate(names) if may_be_address(name)]
        written = self._ip([names[i] for i in places], [found[i] for i in places])
        addresses = {i: text for i, text in zip(places, written) if text is not None}
        for i, spelling in enumerate(found):
            new = done[i]
            if new is None or i in addresses:
                done[i] = addresses.get(i)
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
