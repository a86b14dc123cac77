"""Headers of mails: which names there are, what each proves of its value, and the parts of addresses.

Sources: RFC 5322 (messages), RFC 2045 and 2183 (MIME), RFC 3464 (delivery status), RFC 5965 (feedback), and
https://www.iana.org/assignments/message-headers
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from enum import IntEnum

from pipeline.records import COLUMN_ID, PROSE, SCAN
from recognizers.entities import ENTITY_ID
from recognizers.file_names import names_document


class Kind(IntEnum):
    """What a header's value is."""

    SCANNED = 0  # anything
    ADDRESSES = 1
    TIME = 2
    IDS = 3  # of messages
    PROSE = 4
    CONTENT = 5  # a type or disposition with parameters
    WORD = 6  # one of FIXED_WORDS, or anything
    TRACE = 7  # anything, and a time behind the last semicolon
    SIGNATURE = 8  # of which no value is released, since it tells of the text as it was


def _kinds() -> dict[bytes, Kind]:
    names = {
        Kind.ADDRESSES: b"""from sender reply-to to cc bcc return-path delivered-to x-original-to envelope-to errors-to
            resent-from resent-sender resent-to resent-cc resent-bcc disposition-notification-to return-receipt-to
            apparently-to x-failed-recipients x-envelope-from x-envelope-to x-original-from x-forwarded-to
            x-forwarded-for x-sender x-rcpt-to mail-followup-to mail-reply-to x-actual-recipient-address
            x-apparently-to x-loop x-beenthere list-post-address original-mail-from original-rcpt-to
            redacted-address""",
        Kind.TIME: b"date resent-date delivery-date arrival-date last-attempt-date received-date expires expiry-date "
        b"will-retry-until x-original-arrival-date arrival-date deferred-delivery reply-by",
        Kind.IDS: b"message-id references in-reply-to resent-message-id original-message-id content-id "
        b"x-redact-conversation x-original-message-id x-microsoft-original-message-id supersedes",
        Kind.PROSE: b"subject comments keywords thread-topic content-description organization x-organization "
        b"original-subject x-original-subject list-id-description user-comment",
        Kind.CONTENT: b"content-type content-disposition",
        Kind.WORD: b"mime-version content-transfer-encoding priority importance sensitivity x-priority precedence "
        b"x-msmail-priority auto-submitted action feedback-type content-class x-auto-response-suppress",
        Kind.SIGNATURE: b"dkim-signature domainkey-signature arc-seal arc-message-signature x-google-dkim-signature "
        b"x-gm-message-state x-face face autocrypt openpgp x-pgp-key x-me-proxy x-sg-eid x-sg-id",
        Kind.TRACE: b"received x-received",
        Kind.SCANNED: b"""received-spf authentication-results arc-authentication-results user-agent x-mailer
            x-mimeole x-originating-ip x-spam-status x-spam-score x-spam-level x-spam-flag x-spam-checker-version
            x-virus-scanned list-id list-unsubscribe list-subscribe list-help list-post list-archive list-owner
            thread-index content-language content-location content-base content-md5 content-features accept-language
            x-ms-exchange-organization-scl x-ms-has-attach x-ms-tnef-correlator x-uidl x-mozilla-status
            x-mozilla-status2 x-mozilla-keys status x-status lines content-length x-source x-complaints-to
            reporting-mta received-from-mta remote-mta dsn-gateway original-envelope-id final-recipient
            original-recipient diagnostic-code final-log-id version source-ip reported-domain reported-uri
            x-redact-removed feedback-id x-report-abuse x-mimetrack x-antiabuse delivered-date
            x-smtp-server xref newsgroups path distribution summary followup-to disposition reporting-ua
            mdn-gateway failure error warning x-actual-recipient x-postfix-sender x-postfix-queue-id""",
    }
    return {name: kind for kind, listed in names.items() for name in listed.split()}


#: A header's name in lower case -> what it proves. Any other name may itself tell of someone.
KINDS = _kinds()
#: Values that tell of no one.
FIXED_WORDS = frozenset(
    b"1.0 7bit 8bit binary base64 quoted-printable low normal high urgent non-urgent 1 2 3 4 5 bulk list junk no "
    b"auto-generated auto-replied personal private failed delayed delivered relayed expanded abuse fraud virus "
    b"not-spam other all oof inline attachment none "
    b"undisclosed-recipients".split()
)
#: Parameters of types and dispositions, and those whose values are file names or free.
FIXED_PARAMETERS = frozenset(
    b"charset format delsp report-type method protocol micalg type reply-type boundary name filename start start-info "
    b"size creation-date modification-date read-date".split()
)
FILE_NAMES = (b"name", b"filename")
FIXED_VALUES = frozenset(
    b"utf-8 us-ascii flowed fixed yes no delivery-status disposition-notification feedback-report request reply cancel "
    b"publish original text/html text/plain multipart/alternative application/pgp-signature pgp-sha1 pgp-sha256 "
    b"application/pkcs7-signature sha1 sha-1 sha256 sha-256".split()
)
#: The delimiters that the plain form of a mail has.
BOUNDARY = rb"=_[a-z]?\d{1,6}_="
TYPES = frozenset(
    kind.encode() for listed in mimetypes.MimeTypes(filenames=()).types_map for kind in listed.values()
) | frozenset(
    b"multipart/mixed multipart/alternative multipart/related multipart/report multipart/signed multipart/digest "
    b"multipart/encrypted multipart/form-data multipart/parallel multipart/appledouble message/rfc822 message/partial "
    b"message/delivery-status message/feedback-report message/disposition-notification message/external-body "
    b"message/global message/global-delivery-status text/rfc822-headers text/calendar text/markdown text/enriched "
    b"text/vcard text/x-vcard text/x-log text/x-amp-html text/xml application/octet-stream application/pgp-signature "
    b"application/pgp-encrypted application/pgp-keys application/pkcs7-mime application/pkcs7-signature "
    b"application/x-pkcs7-signature application/x-pkcs7-mime application/ms-tnef application/gzip application/xml "
    b"application/x-zip-compressed application/x-gzip application/ics image/jpg application/yaml".split()
)

PERSON, EMAIL, USERNAME, DEVICE = (ENTITY_ID[name] for name in ("PERSON", "EMAIL_ADDRESS", "USERNAME", "DEVICE_ID"))
#: Of a message's own headers: column of the first address, and of the first name.
ADDRESS_COLUMNS = {
    b"from": (COLUMN_ID["email_from_address"], COLUMN_ID["speaker"]),
    b"to": (COLUMN_ID["email_to_address"], -1),
    b"cc": (COLUMN_ID["email_cc_address"], -1),
}
VALUE_COLUMNS = {
    b"subject": COLUMN_ID["email_subject"],
    b"message-id": COLUMN_ID["email_message_id"],
    b"x-redact-conversation": COLUMN_ID["conversation_id"],
}

_ADDRESS = re.compile(rb"[^\s<>()\[\]@,;:\"\\]{1,250}@[A-Za-z0-9\x80-\xff][A-Za-z0-9.\x80-\xff-]*")
_WORDS = re.compile(rb"[A-Za-z0-9._-]+")
#: What a list of addresses is made of; a bracket that nothing closes is a token of its own.
_TOKENS = re.compile(
    rb"\"(?P<quoted>(?:[^\"\\]|\\.)*+)(?:\"|\\?\Z)|<(?P<angle>[^<>\"]*+)>|\((?P<comment>[^()]*+)\)"
    rb"|(?P<phrase>[^\s\"<>(),;:][^\"<>(),;:]*+)|(?P<stray>[\"<>()])|(?P<mark>[\s,;:]+)",
    re.DOTALL,
)
_ID = re.compile(rb"<(?P<id>[^<>\s]*+)>|(?P<other>[^\s<>]+)|(?P<stray>[<>])")
_PARAMETER = re.compile(
    rb"[\s;]*+(?P<name>[A-Za-z0-9*_-]+)=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"|(?P<bare>[^\s;\"]++))(?=[\s;]|\Z)",
    re.DOTALL,
)
_LONGEST_WORD = 40

Span = tuple[int, int, int, bool]  # start, end, entity, whether it is the name of someone or of a file


def address_spans(raw: bytes, start: int, end: int) -> Iterator[Span]:
    """Names and addresses in a list of them; what is neither is scanned. Commas, brackets and quotes stay."""
    for token in _TOKENS.finditer(raw, start, end):
        group = token.lastgroup
        if group == "mark" or group is None:
            continue
        first, last = _trimmed(raw, *token.span(group))
        if first == last:
            continue
        if group == "stray":
            yield first, last, SCAN, False
        elif _ADDRESS.fullmatch(raw, first, last):
            yield first, last, EMAIL, False
        elif group == "angle":
            yield first, last, USERNAME if _WORDS.fullmatch(raw, first, last) else SCAN, False
        elif raw[first:last].lower() not in FIXED_WORDS:
            yield first, last, PERSON, True


def id_spans(raw: bytes, start: int, end: int) -> Iterator[Span]:
    """Ids of messages: those that have the form of an address are declared to be one."""
    for token in _ID.finditer(raw, start, end):
        first, last = token.span(token.lastgroup or 0)
        if first < last:
            yield first, last, EMAIL if _ADDRESS.fullmatch(raw, first, last) else SCAN, False


def word_spans(raw: bytes, start: int, end: int) -> Iterator[Span]:
    """Nothing for a value of FIXED_WORDS."""
    if end - start > _LONGEST_WORD or raw[start:end].lower() not in FIXED_WORDS:
        yield start, end, SCAN, False


def content_spans(raw: bytes, start: int, end: int) -> Iterator[Span]:
    """Values of parameters, such as file names, and whatever of a type or disposition is not known to be harmless."""
    semicolon = raw.find(b";", start, end)
    stop = end if semicolon < 0 else semicolon
    first, last = _trimmed(raw, start, stop)
    if first < last and raw[first:last].lower() not in (TYPES | FIXED_WORDS):
        yield first, last, SCAN, False
    at = stop
    while at < end:
        match = _PARAMETER.match(raw, at, end)
        if match is None:
            first, last = _trimmed(raw, at, end)
            while first < last and raw[first] == 0x3B:
                first, last = _trimmed(raw, first + 1, last)
            if first < last:
                yield first, last, SCAN, False
            return
        at = match.end()
        name = match["name"].lower()
        first, last = match.span("quoted" if match["quoted"] is not None else "bare")
        if name not in FIXED_PARAMETERS:
            yield *match.span("name"), SCAN, False
        value = raw[first:last].lower() if last - first <= _LONGEST_WORD else b""
        if first == last or value in FIXED_VALUES or (name == b"boundary" and re.fullmatch(BOUNDARY, value)):
            continue
        entity = SCAN
        if name == b"boundary":
            entity = DEVICE  # of a mail that is quoted in part it is often made of its id, or of a host's name
        elif name in FILE_NAMES and names_document(raw[first:last].decode("utf-8", "replace")):
            entity = PROSE
        yield first, last, entity, name in FILE_NAMES


def prose_spans(raw: bytes, start: int, end: int) -> Iterator[Span]:
    yield start, end, PROSE, False


def scanned_spans(raw: bytes, start: int, end: int) -> Iterator[Span]:
    yield start, end, SCAN, False


def parameter(value: bytes, wanted: bytes) -> bytes:
    """The parameter of that name in a value of the plain form, or ``b""``."""
    at = value.find(b";")
    while 0 <= at < len(value):
        match = _PARAMETER.match(value, at)
        if match is None:
            break
        if match["name"].lower() == wanted:
            return match["bare"] if match["quoted"] is None else match["quoted"]
        at = match.end()
    return b""


def _trimmed(raw: bytes, start: int, end: int) -> tuple[int, int]:
    while start < end and raw[start] in b" \t\r\n":
        start += 1
    while end > start and raw[end - 1] in b" \t\r\n":
        end -= 1
    return start, end
