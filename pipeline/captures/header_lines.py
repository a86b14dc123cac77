"""Header lines of HTTP, mail and SIP: which names are known, and what becomes of each one's value.

Sources: RFC 9110, RFC 6265, RFC 7239 (HTTP); RFC 5322, RFC 2045 (mail); RFC 3261 (SIP).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.command_lines import declared_words, skip_blanks, word_end
from pipeline.captures.fields import NONE, SCAN, Kind, claim, keep
from pipeline.captures.mail_addresses import mail_addresses
from pipeline.captures.segment_edges import line_end, whole_words
from pipeline.captures.sip_addresses import call_id, sip_addresses, via
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID
from recognizers.http_headers import ENTITY_OF_HEADER

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
DATE_TIME = np.int64(ENTITY_ID["DATE_TIME"])
CREDENTIAL = np.int64(ENTITY_ID["CREDENTIAL"])
#: What becomes of a value, beside an entity's id and SCAN: masked; the addresses in it read and the rest masked; a
#: secret but for the scheme before it.
MASKED, MAIL_ADDRESSES, SIP_ADDRESSES, VIA, CALL_ID, HOPS, CHALLENGE = -2, -3, -4, -5, -6, -7, -8
#: A name that no table holds, or not for this protocol.
UNNAMED = int(np.iinfo(np.int16).min)

#: Of HTTP's headers those are not listed that ENTITY_OF_HEADER has.
_TREATMENT: dict[str, Mapping[int | str, str]] = {
    "http": {
        SCAN: """
            accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-credentials
            access-control-allow-headers access-control-allow-methods access-control-expose-headers
            access-control-max-age access-control-request-headers access-control-request-method age allow alt-svc
            cache-control connection content-encoding content-language content-length content-md5
            content-range content-security-policy content-type dnt etag expect forwarded if-match if-none-match
            keep-alive link max-forwards nel p3p pragma priority proxy-connection range
            referrer-policy refresh report-to retry-after sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest
            sec-fetch-mode sec-fetch-site sec-fetch-user sec-websocket-extensions
            sec-websocket-version server server-timing soapaction strict-transport-security te timing-allow-origin
            trailer transfer-encoding upgrade upgrade-insecure-requests user-agent vary warning
            x-cache x-content-type-options x-forwarded-for x-forwarded-port x-forwarded-proto x-frame-options
            x-powered-by x-real-ip x-requested-with x-xss-protection st nt nts usn man mx ext""",
        MASKED: """
            via sec-websocket-key sec-websocket-accept sec-websocket-protocol content-disposition www-authenticate
            proxy-authenticate""",
        MAIL_ADDRESSES: "from",
    },
    "mail": {
        HOPS: "received",
        SCAN: """
            content-type content-transfer-encoding mime-version x-mailer user-agent precedence auto-submitted
            list-id importance priority x-priority received-spf authentication-results content-language""",
        "URL": "list-unsubscribe list-archive list-help list-post list-subscribe",
        "IP_ADDRESS": "x-originating-ip",
        "HOSTNAME": "x-mailer-host",
        "DATE_TIME": "date",
        MAIL_ADDRESSES: """
            from to cc bcc reply-to sender return-path delivered-to envelope-to x-original-to message-id in-reply-to
            references resent-from resent-to resent-sender resent-message-id errors-to
            disposition-notification-to""",
        MASKED: "subject thread-topic thread-index comments keywords organization content-disposition dkim-signature",
    },
    "sip": {
        SCAN: """
            accept accept-encoding accept-language alert-info allow allow-events call-info content-disposition
            content-encoding content-language content-length content-type cseq event error-info expires
            max-forwards mime-version min-expires min-se priority proxy-require rack require retry-after rseq
            server session-expires subscription-state supported timestamp unsupported user-agent warning
            x-asterisk-hangupcause privacy c l e k o u x""",
        CHALLENGE: "authorization proxy-authorization www-authenticate proxy-authenticate authentication-info",
        "DATE_TIME": "date",
        SIP_ADDRESSES: """
            from to contact route record-route reply-to refer-to referred-by p-asserted-identity
            p-preferred-identity p-called-party-id remote-party-id diversion history-info path service-route
            f t m r b""",
        VIA: "via v",
        CALL_ID: "call-id i in-reply-to",
        MASKED: "subject s organization identity",
    },
}  # fmt: skip
_KNOWN = sorted({n for by in _TREATMENT.values() for names in by.values() for n in names.split()} | {*ENTITY_OF_HEADER})
#: What says how the credentials behind it are made (RFC 9110 section 16.4.1, and NTLM).
SCHEMES = word_table("basic bearer digest hoba mutual negotiate ntlm")
#: Behind these a `Received` names a host.
HOP_WORDS = word_table("from by helo ehlo")
NAMES = word_table(_KNOWN)


def treatment_of(protocol: str, columns: Mapping[str, str] = MappingProxyType({})) -> npt.NDArray[np.int16]:
    """int16 [n, 2], of each name of NAMES what becomes of its value, UNNAMED where the protocol has no such header, and
    the column of its value, NONE where it is one of many."""
    found = np.full((len(_KNOWN), 2), (UNNAMED, NONE), np.int16)
    for treatment, names in _TREATMENT[protocol].items():
        for name in names.split():
            found[_KNOWN.index(name), 0] = ENTITY_ID[treatment] if isinstance(treatment, str) else treatment
    if protocol == "http":
        for name, entity in ENTITY_OF_HEADER.items():
            found[_KNOWN.index(name), 0] = ENTITY_ID[entity]
    for name, column in columns.items():
        found[_KNOWN.index(name), 1] = TEXT_ID[column]
    return found


HTTP = treatment_of("http", {"host": "http_host", "user-agent": "user_agent_original"})
MAIL, SIP = treatment_of("mail"), treatment_of("sip")
CONTENT_LENGTH, CONTENT_TYPE, CONTENT_ENCODING, TRANSFER_ENCODING = (
    _KNOWN.index(name) for name in ("content-length", "content-type", "content-encoding", "transfer-encoding")
)
#: Their short forms in SIP.
SIP_LENGTH, SIP_TYPE = _KNOWN.index("l"), _KNOWN.index("c")


@compiled
def header_line(data, at, stop, out, treatment, unknown, column):  # type: ignore[no-untyped-def]
    """Claim the header at ``at``, with the lines that it is folded onto (RFC 5322 section 2.2.3).

    Args:
      treatment: HTTP, MAIL or SIP.
      unknown: SCAN, to read the line of an unknown name as a line of text, or MASKED.
      column: a list, of names (with their colon) and values that have none of their own.

    Returns:
      (next line or -1 where the segment ends within this one; the name's number in NAMES or -1; the value's start and
      end). What the segment's end may have cut is not claimed.
    """
    end, after = line_end(data, at, stop)
    colon = at
    while colon < end and data[colon] != 58:
        colon += 1
    while 0 < after < stop and (data[after] == 32 or data[after] == 9):
        end, after = line_end(data, after, stop)
    told = end if after >= 0 else whole_words(data, at, stop, True)[1]
    name = word_number(data, at, colon, NAMES) if colon < told else np.int64(-1)
    what = np.int64(treatment[name, 0]) if name >= 0 else np.int64(UNNAMED)
    keep(out, end, after)
    value, last = colon + 1, told
    while value < last and (data[value] == 32 or data[value] == 9):
        value += 1
    while last > value and data[last - 1] <= 32:
        last -= 1
    if what == UNNAMED:
        if unknown == SCAN:
            claim(out, at, told, TEXT, SCAN, column)
        return after, np.int64(-1), value, last
    own = np.int64(treatment[name, 1])
    claim(out, at, colon + 1, WORD, SCAN, column if own < 0 else np.int64(-1))
    column = own if own >= 0 else np.int64(column)
    keep(out, colon + 1, value)
    keep(out, max(last, value), told)
    if what == DATE_TIME and value < last and not 65 <= data[value] <= 90:
        what = np.int64(SCAN)  # `Expires: -1`
    if what == CHALLENGE:
        scheme = word_end(data, value, last)
        if scheme == last or word_number(data, value, scheme, SCHEMES) < 0:
            scheme = value
        claim(out, value, scheme, WORD, SCAN, column)
        claim(out, skip_blanks(data, scheme, last), last, TEXT, CREDENTIAL, column)
        keep(out, scheme, skip_blanks(data, scheme, last))
    elif what >= SCAN:
        claim(out, value, last, TEXT, what, column)
    elif what == MAIL_ADDRESSES:
        mail_addresses(data, value, last, out, column)
    elif what == SIP_ADDRESSES:
        sip_addresses(data, value, last, out, column)
    elif what == VIA:
        via(data, value, last, out, column)
    elif what == HOPS:
        declared_words(data, value, last, out, HOP_WORDS, HOSTNAME, column)
    elif what == CALL_ID:
        call_id(data, value, last, out, column)
    return after, name, value, last
