"""Texts of mails decoded: charsets, encoded words, parameters, references of HTML.

Sources: RFC 2047, RFC 2231, RFC 6532; https://html.spec.whatwg.org/multipage/named-characters.html
"""

from __future__ import annotations

import codecs
import re
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from html import unescape

from pipeline.formats.mail_headers import Kind
from pipeline.inputs.content import encoding_of

#: Python's codecs that are no charsets of mails; some take time that grows with the square of a text.
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
#: So much of a text tells its encoding.
JUDGED = 64 << 10
#: What is sent in place of ISO-2022-JP where it stands in 8 bits.
_MISTAKEN = ("euc_jp", "cp932")
LONGEST_TIME = 100
#: A header's line is folded where it would be longer, so that it stays below the 998 octets of RFC 5322.
LONGEST_LINE = 700
_WORD = r"=\?[^?\s]+\?[bBqQ]\?[^?\r\n]*\?="
_WORDS = re.compile(_WORD + r"(?:\s+" + _WORD + r")*")
_ONE_WORD = re.compile(_WORD)
_FOLD = re.compile(r"(?:\r\n|\r|\n)\s*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPECIAL = re.compile(r"[()<>\[\]:;@\\,.\"]")
#: Characters that would become marks of HTML.
_MARKS = frozenset("<>&\"'")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+\Z")


def as_text(data: bytes, charset: str) -> str:
    """Bytes as text: in the charset that they are said to have, else in UTF-8, else as Windows writes Western Europe.

    What a charset does not know stands as ``\\xff``: nothing is left out.
    """
    said = _codec(charset)
    for name in (said, encoding_of(data[:JUDGED]), *(_MISTAKEN if said.startswith("iso2022_jp") else ())):
        try:
            if name:
                return data.decode(name)
        except UnicodeError:
            continue
    lies = said in ("", "ascii", "utf-8") and data.decode("utf-8", "ignore").isascii()
    return data.decode("cp1252" if lies else said.replace("ascii", "") or "utf-8", "backslashreplace")


def as_utf(data: bytes) -> str | None:
    """Bytes that are UTF-8, or UTF-16 by their looks, as text; None for any others."""
    try:
        return data.decode(encoding_of(data[:JUDGED]))
    except UnicodeError:
        return None


def _codec(charset: str) -> str:
    """Python's name of a charset, or ``""``."""
    if not charset or len(charset) > 40:
        return ""
    try:
        found = codecs.lookup(charset.strip("\"' "))
        b"".decode(found.name)
    except (LookupError, UnicodeError, ValueError):
        return ""
    return "" if found.name.replace("-", "_") in _NO_CHARSETS else found.name


def as_plain(value: object) -> str:
    """A value as the parser gives it, its raw bytes as the text they are."""
    text = str(value)
    if text.isascii():
        return text
    return as_text(text.encode("utf-8", "surrogateescape"), "")


def decoded_words(value: str, kind: Kind | None) -> str:
    """A header's value, a blank before it, its encoded words decoded; lines are folded as before where it has none."""
    if kind is Kind.TIME or kind is Kind.TRACE:
        # A time that a fold parts is none that can be moved.
        before, mark, time = value.rpartition(";")
        value = before + mark + (_FOLD.sub(" ", time) if len(time) < LONGEST_TIME else time)
    if _ONE_WORD.search(value) is None:
        lines = [line.rstrip() for line in _FOLD.split(value)]
        plain = [_CONTROLS.sub(" ", line).strip() for line in lines]
        return "".join(f"\n {line}" if k else f" {line}" for k, line in enumerate(p for p in plain if p))
    flat = _FOLD.sub(" ", value)
    parts: list[str] = []
    at = quotes = 0
    for run in _WORDS.finditer(flat):
        quotes += flat.count('"', at, run.start())
        text = _word_text(run[0])
        if kind is Kind.ADDRESSES:
            text = _as_phrase(text, quoted=quotes % 2 == 1)
        parts += flat[at : run.start()], text
        at = run.end()
    return " " + folded(_CONTROLS.sub(" ", "".join(parts) + flat[at:]).strip())


def _word_text(words: str) -> str:
    """A run of encoded words; those of one charset are put together before they are decoded."""
    pieces: list[tuple[bytes, str]] = []
    for word in _ONE_WORD.findall(words):
        try:
            ((piece, charset),) = decode_header(word)
        except (ValueError, LookupError):
            return words
        data = piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece
        name = (charset or "").partition("*")[0]
        if pieces and pieces[-1][1] == name:
            pieces[-1] = (pieces[-1][0] + data, name)
        else:
            pieces.append((data, name))
    return "".join(as_text(data, name) for data, name in pieces)


def _as_phrase(text: str, quoted: bool) -> str:
    """A name as it may stand before an address: quoted where it holds what ends it."""
    if not _SPECIAL.search(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return escaped if quoted else f'"{escaped}"'


def folded(value: str) -> str:
    """A value in lines of at most about LONGEST_LINE octets, broken at blanks."""
    lines: list[str] = []
    size = LONGEST_LINE
    for word in value.split(" "):
        added = len(word.encode("utf-8", "replace")) + 1
        if size + added > LONGEST_LINE and word:
            lines.append(word)
            size = added
        else:
            lines[-1] += f" {word}"
            size += added
    return "\n ".join(lines)


def content_value(message: Message, name: str, kind: str, *, is_leaf: bool) -> str:
    """The value of a type or disposition written anew, its parameters decoded.

    The delimiter of a multipart stands as ``\\0boundary\\0``; a part that holds no parts has none.
    """
    params = message.get_params(failobj=[], header=name)
    value = kind if name == "content-type" else _CONTROLS.sub(" ", as_plain(params[0][0]) if params else "").strip()
    pieces = []
    has_charset = False
    for key, found in params[1:]:
        key = key.lower()
        text = found if isinstance(found, str) else collapse_rfc2231_value(found)
        if not key or not _TOKEN.match(key) or (key == "boundary" and name == "content-type"):
            continue
        if key == "charset" and name == "content-type" and is_leaf:
            text, has_charset = "utf-8", True
        pieces.append(f"{key}={_parameter_value(_plain_parameter(text))}")
    if name == "content-type" and is_leaf and not has_charset and kind.startswith("text/"):
        pieces.insert(0, "charset=utf-8")
    if name == "content-type" and kind.startswith("multipart/") and not is_leaf:
        pieces.append("\0boundary\0")
    separator = "; " if sum(map(len, pieces)) < 60 else ";\n "
    return separator.join((value, *pieces))


def _plain_parameter(text: str) -> str:
    plain = as_plain(text)
    if _ONE_WORD.search(plain):
        plain = _WORDS.sub(lambda run: _word_text(run[0]), _FOLD.sub("", plain))
    return _CONTROLS.sub(" ", plain).strip()


def _parameter_value(text: str) -> str:
    """In quotes, so that whatever comes to stand there is one value, save for words that stay."""
    if text in ("utf-8", "flowed", "yes"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def file_name(message: Message) -> str:
    """The name of a part's file, decoded, or ``""``."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        found = message.get_param(key, None, header)
        if found is not None:
            text = found if isinstance(found, str) else collapse_rfc2231_value(found)
            return _plain_parameter(text)
    return ""


def plain_references(text: str) -> str:
    """HTML with references to characters decoded, save those that would be marks or blanks."""

    def decoded(reference: re.Match[str]) -> str:
        character = unescape(reference[0])
        keeps = character == reference[0] or any(c in _MARKS or c.isspace() or not c.isprintable() for c in character)
        return reference[0] if keeps else character

    return _REFERENCE.sub(decoded, text)
