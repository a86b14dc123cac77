"""Mails out of a stream, each in its plain form: a file that is one, and a mailbox (RFC 4155) of many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.formats.mail import FROM_LINE, MAIL, MAILBOX, begins_mail
from pipeline.inputs.content import Damaged
from pipeline.inputs.plain_mail import plain_mail

#: A mail with attachments of 25 MB, which is what most servers take. A longer one is given on as it is, and is longer
#: than any record may be.
LONGEST_MAIL = 40 << 20
_BEGINNING = re.compile(rb"(?<=[\r\n])" + FROM_LINE.pattern)
_ANY_FROM = re.compile(rb"(?<=[\r\n])From ")
#: The empty line that ends a mail.
_LAST_LINE = re.compile(rb"(?<=[\r\n])(?:\r\n|\n|\r)\Z")
_BOM = b"\xef\xbb\xbf"


def plain_file(chunks: Iterator[bytes], conversation: str = "") -> Iterator[bytes]:
    """One mail, of a conversation if others tell of one. Raises Damaged after what could be read."""
    damage: Damaged | None = None
    held = bytearray()
    try:
        for chunk in chunks:
            held += chunk
            if len(held) > LONGEST_MAIL:
                yield bytes(held)
                yield from chunks
                return
    except Damaged as error:
        damage = error
    if held:
        yield plain_mail(bytes(held).removeprefix(_BOM), conversation=conversation)
    if damage:
        raise damage


def plain_mailbox(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Mails, each begun by its ``From `` line and ended by an empty one; lines in them that look so get a ``>``.

    Raises:
      Damaged: after what could be read.
    """
    threads: dict[str, str] = {}
    damage: Damaged | None = None
    held = bytearray()
    judged = 0  # before here no other mail begins
    whole = True  # ``held`` begins where a mail does
    try:
        for chunk in chunks:
            held += chunk
            begun = 0
            for place in [line.start() for line in _BEGINNING.finditer(held, judged) if begins_mail(line[0])]:
                yield _entry(bytes(held[begun:place]), whole, threads)
                begun, whole = place, True
            # The last line is not yet known to its end.
            judged = max(held.rfind(b"\n"), held.rfind(b"\r"), begun) - begun
            del held[:begun]
            if len(held) > LONGEST_MAIL:
                yield _quoted(bytes(held[: judged + 1]), whole)
                del held[: judged + 1]
                judged, whole = 0, False
    except Damaged as error:
        damage = error
    if held:
        yield _entry(bytes(held), whole, threads)
    if damage:
        raise damage


def _entry(raw: bytes, whole: bool, threads: dict[str, str]) -> bytes:
    """One mail as it stands in a mailbox; the rest of one that is too long stays as it is."""
    if not whole:
        return _quoted(raw, whole)
    line_end = b"\r\n" if b"\r\n" in raw[: raw.find(b"\n") + 1] else b"\n"
    plain = plain_mail(_LAST_LINE.sub(b"", raw.removeprefix(_BOM)), threads)
    return _quoted(plain, whole) + (b"" if plain.endswith(b"\n") else line_end) + line_end


def _quoted(text: bytes, whole: bool) -> bytes:
    quoted = _ANY_FROM.sub(b">From ", text)
    return b">" + quoted if not whole and quoted.startswith(b"From ") else quoted


def first_mail(data: bytes) -> int:
    """Where a mail first begins behind a line's end; 0 where none does."""
    return next((line.start() for line in _BEGINNING.finditer(data) if begins_mail(line[0])), 0)


def last_mail(data: bytes) -> int:
    """Where the last mail begins in bytes of a mailbox that begin with one; 0 where there is no other."""
    return max((line.start() for line in _BEGINNING.finditer(data) if begins_mail(line[0])), default=0)


def plain_form(form: str, chunks: Iterator[bytes], conversation: str) -> Iterator[bytes]:
    """What an input of that format is read as. Raises Damaged after what could be read."""
    if form == MAIL.name:
        return plain_file(chunks, conversation)
    return plain_mailbox(chunks) if form == MAILBOX.name else chunks
