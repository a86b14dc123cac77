"""What a policy lists of values that stay as they are where others get a stand-in, and the mend of each mistake."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator

from pipeline.errors import ConfigurationError
from pipeline.policy.reading import nearest, no_empty_section, wrong
from pipeline.surrogates.special import NETMASKS, Kept

LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
ACCOUNT = r"[^\x00-\x20\x7f@\\/](?:[^\x00-\x1f\x7f@\\/]{0,254}[^\x00-\x20\x7f@\\/])?"
#: [MS-DTYP] 2.4.2.1: revision, authority, at most 15 subauthorities.
SID = r"[Ss]-1-[0-9]{1,15}(?:-[0-9]{1,10}){0,15}"


def _address(line: Any) -> str:
    text = _text(line)
    try:
        Kept.listed([text])
    except ConfigurationError:
        raise wrong(
            "must be an IP address, an IPv4 network such as 127.0.0.0/8, a MAC address such as 01:80:c2:00:00:00, or "
            f"{NETMASKS}{_meant_address(text)}"
        ) from None
    return text


def _meant_address(text: str) -> str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        digits = re.sub(r"[-.:]", "", text)
        if re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
            return f"; did you mean {':'.join(digits[at : at + 2] for at in range(0, 12, 2)).lower()}?"
        return f"; {meant}" if (meant := nearest(text, [NETMASKS])).startswith("did you mean") else ""
    if network.version == 6:
        return "; list the IPv6 network's addresses one by one"
    return f"; did you mean {network}?"


def _label(line: Any) -> str:
    text = _text(line)
    if not re.fullmatch(LABEL, text):
        parts = [part for part in text.split(".") if re.fullmatch(LABEL, part)]
        mend = f"list its parts one by one ({', '.join(parts)})" if len(parts) > 1 else "write another script as xn--"
        raise wrong(f"a label is one part of a host name: 1 to 63 of a-z, 0-9, - and _, without dots; {mend}")
    return text


def _account(line: Any) -> str:
    text = _text(line)
    if not re.fullmatch(ACCOUNT, text):
        name = re.split(r"[\\/]", text)[-1].split("@")[0].strip()
        mend = f"did you mean {name}?" if re.fullmatch(ACCOUNT, name) else "name one account"
        raise wrong(f"an account is a name without its domain: no @, \\, / and no space at its ends; {mend}")
    return text


def _sid(line: Any) -> str:
    text = _text(line)
    if not re.fullmatch(SID, text):
        raise wrong("must be a Windows security id, such as S-1-5-32-544")
    return text


def _text(line: Any) -> str:
    if not isinstance(line, str):
        raise wrong("must be text; put it in quotes")
    return line


def _lines(lines: Any) -> Any:
    if not isinstance(lines, list | tuple):
        raise wrong("must be a list, as [first, second]")
    return lines


def _schema(pattern: str | None = None) -> WithJsonSchema:
    return WithJsonSchema({"type": "string"} if pattern is None else {"type": "string", "pattern": f"^{pattern}$"})


Addresses = Annotated[tuple[Annotated[str, BeforeValidator(_address), _schema()], ...], BeforeValidator(_lines)]
Labels = Annotated[tuple[Annotated[str, BeforeValidator(_label), _schema(LABEL)], ...], BeforeValidator(_lines)]
Accounts = Annotated[tuple[Annotated[str, BeforeValidator(_account), _schema(ACCOUNT)], ...], BeforeValidator(_lines)]
Sids = Annotated[tuple[Annotated[str, BeforeValidator(_sid), _schema(SID)], ...], BeforeValidator(_lines)]


class KeptLists(BaseModel):
    """Values that stay as they are where others of their kind get a stand-in; no stand-in changes by it.

    Attributes:
      shipped: whether the lists that come with redact hold (loopback, netmasks, multicast groups; www, mail; root,
        SYSTEM; well-known security ids).
      addresses: IP and MAC addresses, and IPv4 networks that are kept whole.
      labels: parts of host names.
      accounts: names of accounts and groups.
      sids: Windows security ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shipped: bool = True
    addresses: Addresses = ()
    labels: Labels = ()
    accounts: Accounts = ()
    sids: Sids = ()

    @model_validator(mode="before")
    @classmethod
    def _mapping(cls, data: Any) -> Any:
        if not isinstance(data, dict | cls):
            raise wrong("must be a mapping of shipped, addresses, labels, accounts and sids")
        return no_empty_section(data)
