"""The plain form of a mail: the same parts in the same order, but every text decoded and in UTF-8.

What stands encoded cannot be edited where it stands. So base64, quoted-printable, words of RFC 2047 and parameters of
RFC 2231 are decoded, references of HTML are characters, and delimiters are named anew, since the old ones often hold a
host's name. What no text is (images, archives, documents) is not understood: the part stays, empty, with a header that
tells its size. So are signatures, which tell of the text as it was. A mail of which the standard library's parser
cannot read the same parts again is released as one text, with its encodings opened.
"""

from __future__ import annotations

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from pipeline.formats.mail_headers import KINDS, Kind
from pipeline.inputs.content import binary_kind, capture_of, compression_of
from pipeline.inputs.plain_text import (
    as_plain,
    as_text,
    as_utf,
    content_value,
    decoded_words,
    file_name,
    plain_references,
)

#: A mail with more headers of types and dispositions, or a longer one, is not parsed: that could take time without end.
MOST_PARTS = 2_000
LONGEST_CONTENT_HEADER = 16 << 10
#: Lines times delimiters, by which the parser's time grows.
MOST_WORK = 20_000_000
#: What the names of delimiters begin with: the second where a text holds a delimiter of the first kind.
MARKS = ("", "a", "b")
#: A part in so many others is not read: how deep the parser may go depends on who calls it.
MOST_NESTED = 40
#: So many ids of mails are held while a mailbox is read; later ones begin conversations of their own.
MOST_THREADS = 100_000
#: So much of a part tells whether it is text.
JUDGED = 64 << 10
REMOVED = "X-Redact-Removed"
CONVERSATION = "X-Redact-Conversation"
_OWN = "x-redact-"
_CONTENT_HEADER = re.compile(
    rb"(?im)(?:^|(?<=\r))content-(?:type|disposition)[ \t]*:[^\r\n]*(?:(?:\r\n|\n|\r)[ \t]+[^\r\n]*)*"
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_ID = re.compile(r"<([^<>\s]+)>")
_DATA_URI = re.compile(r"data:[\w/+.-]*(?:;[\w=.-]+)*;base64,[A-Za-z0-9+/=%\s]*", re.IGNORECASE)
#: Types whose bytes are letters, and yet no text.
_UNREAD = re.compile(
    r"(?:image|audio|video|font|model)/|(?:application|text)/(?:rtf|postscript|(?:x-)?pkcs7-\w+|pgp-(?:signature|keys))\Z"
)
_ARMOUR = b"-----BEGIN PGP"
_BASE64_LINES = re.compile(r"(?m)(?:^[A-Za-z0-9+/=]{40,}\r?\n?)(?:^[A-Za-z0-9+/=]+\r?$\n?)+")
#: What the parser is known to raise for mails that are broken.
PARSER_ERRORS = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError,
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of a mail's plain form.

    Attributes:
      headers: lines without what ends them.
      text: what a leaf holds, or stands before the first of ``parts``.
      parts: of a multipart, or the mail or blocks of headers in a part of ``message``.
      after: what stands behind the last of ``parts``.
      kind: ``leaf``, ``removed``, ``multipart``, ``message`` or ``blocks``.
      shape: what the same part is known by when it is read again.
    """

    headers: tuple[str, ...]
    text: str
    parts: tuple[Part, ...]
    after: str
    kind: str
    shape: tuple[str, ...]


def plain_mail(raw: bytes, threads: dict[str, str] | None = None, conversation: str = "") -> bytes:
    """The plain form of one mail, with or without the line of a mailbox before it.

    Args:
      threads: message id -> conversation, of mails before it in its mailbox; this one's is added.
      conversation: the one that it belongs to, where others than its mailbox tell.
    """
    line_end = "\r\n" if b"\r\n" in raw[: raw.find(b"\n") + 1] else "\n"
    if _is_bounded(raw):
        try:
            message = message_from_bytes(raw, policy=policy.compat32)
            root = _part(message)
            conversation = conversation or _conversation(message, {} if threads is None else threads)
            first = as_plain(message.get_unixfrom() or "").rstrip("\r\n")
            for mark in MARKS:
                text = "".join(_written(root, mark, line_end, iter(range(1, MOST_PARTS)), conversation))
                written = (f"{first}{line_end}{text}" if first else text).encode("utf-8", "replace")
                if _shapes(_part(message_from_bytes(written, policy=policy.compat32))) == _shapes(root):
                    return written
        except PARSER_ERRORS:
            return _opened(raw)
    return _opened(raw)


def _is_bounded(raw: bytes) -> bool:
    for count, header in enumerate(_CONTENT_HEADER.finditer(raw)):
        if header.end() - header.start() > LONGEST_CONTENT_HEADER or count > MOST_PARTS:
            return False
    lines = raw.count(b"\n") + raw.count(b"\r")
    return lines * (1 + raw.lower().count(b"boundary=")) <= MOST_WORK


def _opened(raw: bytes) -> bytes:
    """A broken mail as text: quoted-printable decoded, lines of base64 taken out."""
    if b"quoted-printable" in raw.lower():
        raw = quopri.decodestring(raw)
    return _BASE64_LINES.sub("", as_text(raw, "")).encode("utf-8", "replace")


# Reading.


def _part(message: Message, depth: int = 0) -> Part:
    """A part and all in it. Raises ValueError where it is nested too deep."""
    if depth > MOST_NESTED:
        raise ValueError("too many parts in one another")
    for header in ("content-type", "content-disposition"):
        value = next((value for name, value in message.raw_items() if name.lower() == header), "")
        if not str(value).isascii():
            message.replace_header(header, as_plain(value))  # the parser's own reading would lose these letters
    kind = message.get_content_type()
    name = file_name(message)
    shape = (kind, name)
    payload = message.get_payload()
    inside = [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
    if inside and message.get_content_maintype() == "multipart":
        parts = tuple(_part(part, depth + 1) for part in inside)
        before, after = (_plain_lines(as_plain(text or "")) for text in (message.preamble, message.epilogue))
        return Part(_headers(message, kind), before, parts, after, "multipart", shape)
    if inside and kind == "message/delivery-status":
        blocks = tuple(_part(block, depth + 1) for block in inside)
        return Part(_headers(message, kind), "", blocks, "", "blocks", shape)
    if inside:
        encoding = str(message.get("content-transfer-encoding", "")).strip().lower()
        inner = _decoded_message(inside[0], encoding)
        return Part(_headers(message, kind), "", (_part(inner, depth + 1),), "", "message", shape)
    return _leaf(message, kind, shape)


def _decoded_message(inner: Message, encoding: str) -> Message:
    """A mail in a mail that is encoded as a whole, which no standard allows and some senders do."""
    if encoding == "base64" and not inner.keys():
        return message_from_bytes(b64decode(inner.as_bytes()), policy=policy.compat32)
    if encoding == "quoted-printable" and any("=3D" in str(value) for value in inner.values()):
        return message_from_bytes(quopri.decodestring(inner.as_bytes()), policy=policy.compat32)
    return inner


def _leaf(message: Message, kind: str, shape: tuple[str, ...]) -> Part:
    payload = message.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = message.get_param("charset")
    if message.get_content_maintype() in ("text", "multipart", "message"):
        text: str | None = as_text(data, charset if isinstance(charset, str) else "")
    else:
        text = as_utf(data)
    removed = message.get(REMOVED) is not None and not data
    if removed or text is None or _UNREAD.match(kind) or data.startswith(_ARMOUR) or _is_binary(data, text):
        size = str(message[REMOVED]).strip() if removed else str(len(data))
        headers = (*_headers(message, kind, ""), f"{REMOVED}: {size if size.isdigit() else 0}")
        return Part(headers, "", (), "", "removed", shape)
    text = _plain_lines(text)
    if message.get_content_maintype() == "multipart":
        text = text.rstrip("\n")  # without parts; the parser leaves it the line end that is the next delimiter's
    if kind in ("text/html", "application/xhtml+xml"):
        text = _DATA_URI.sub("data:,", plain_references(text))
    return Part(_headers(message, kind, text), text, (), "", "leaf", (*shape, text.rstrip("\n")))


def _is_binary(data: bytes, text: str) -> bool:
    """Whether a part is no text, whatever its type says: as letters, all that is in a capture or an archive passes."""
    if (capture_of(data) or compression_of(data)) and (b"\0" in data or as_utf(data) is None):
        return True
    return binary_kind(data[:JUDGED]) not in ("", "not text") or bool(
        binary_kind(text[:JUDGED].encode("utf-8", "replace"))
    )


def _plain_lines(text: str) -> str:
    return _LINE_END.sub("\n", text)


def _headers(message: Message, kind: str, text: str | None = None) -> tuple[str, ...]:
    """The lines of a part's headers; ``text`` is what a leaf holds."""
    lines: list[str] = []
    seen: set[str] = set()
    for name, value in message.raw_items():
        lower = name.lower()
        if lower.startswith(_OWN):
            continue
        first = lower not in seen
        seen.add(lower)
        if KINDS.get(lower.encode("ascii", "replace")) is Kind.SIGNATURE:
            lines.append(f"{name}:")
        elif lower in ("content-type", "content-disposition") and first:
            lines.append(f"{name}: {content_value(message, lower, kind, is_leaf=text is not None)}")
        elif lower == "content-transfer-encoding" and first:
            lines.append(f"{name}: 8bit")
        else:
            lines.append(f"{name}:{decoded_words(as_plain(value), KINDS.get(lower.encode('ascii', 'replace')))}")
    if text is not None and not text.isascii():
        if "content-type" not in seen:
            lines.append(f"Content-Type: {kind}; charset=utf-8")
        if "content-transfer-encoding" not in seen:
            lines.append("Content-Transfer-Encoding: 8bit")
    return tuple(lines)


def _conversation(message: Message, threads: dict[str, str]) -> str:
    """The id of the mail that a conversation began with, as far as this one and those before it tell."""
    own, above = mail_ids(message)
    found = next((threads[name] for name in above if name in threads), above[0] if above else own)
    for name in (*above[:1], own):
        if name and len(threads) < MOST_THREADS:
            threads.setdefault(name, found)
    return found


def mail_ids(message: Message) -> tuple[str, list[str]]:
    """A mail's own id, ``""`` without one, and those of the mails that it says it answers, the first one first."""
    ids = {
        name: _ID.findall(as_plain(" ".join(str(value) for value in message.get_all(name, []))))
        for name in ("references", "in-reply-to", "message-id")
    }
    return ids["message-id"][0] if ids["message-id"] else "", [*ids["references"], *ids["in-reply-to"][:1]]


# Writing.


def _written(part: Part, mark: str, line_end: str, numbers: Iterator[int], conversation: str = "") -> Iterator[str]:
    name = f"=_{mark}{next(numbers)}_=" if part.kind == "multipart" else ""
    for line in part.headers:
        yield line.replace("\n", line_end).replace("\0boundary\0", f'boundary="{name}"') + line_end
    if conversation:
        yield f"{CONVERSATION}: <{conversation}>{line_end}"
    yield line_end
    if part.kind == "multipart":
        if part.text:
            yield part.text.replace("\n", line_end) + line_end
        for inner in part.parts:
            yield f"--{name}{line_end}"
            yield from _written(inner, mark, line_end, numbers)
            yield line_end
        yield f"--{name}--{line_end}"
        yield part.after.replace("\n", line_end)
    elif part.kind == "blocks":
        yield line_end.join(_block(inner, line_end) for inner in part.parts)
    elif part.kind == "message":
        yield from _written(part.parts[0], mark, line_end, numbers)
    else:
        yield part.text.replace("\n", line_end)


def _block(block: Part, line_end: str) -> str:
    return "".join(line.replace("\n", line_end) + line_end for line in block.headers) + block.text.replace(
        "\n", line_end
    )


def _shapes(part: Part) -> list[tuple[str, ...]]:
    """All parts in order, each with how deep it stands."""
    found: list[tuple[str, ...]] = []
    waiting = [(part, 0)]
    while waiting:
        inner, depth = waiting.pop()
        found.append((str(depth), inner.kind, *inner.shape))
        waiting += [(below, depth + 1) for below in reversed(inner.parts)]
    return found
