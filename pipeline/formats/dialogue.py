"""Chats as lines of text: logs of IRC and what is written like them, and ``Speaker: text``. A record is a turn.

A turn starts where a line starts that says who speaks, and goes on to the next one.
Sources: https://modern.ircdocs.horse/ for events, and the logs that irssi, WeeChat, Pidgin, WhatsApp and Zoom write.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from pipeline.formats.format import SNIFFED, Context, Fields, Format
from pipeline.formats.speakers import (
    NAME,
    USERNAME,
    could_be_name,
    entity_of_speaker,
    is_role,
    names_speaker,
    parts_of_label,
)
from pipeline.formats.turns import TurnRows, spans_of
from pipeline.kernels.framing import LOOK_AHEAD, NEVER
from pipeline.records import HARMLESS, Bytes, Int64

_CLOCK = (
    rb"\d{1,3}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?:(?: |\xe2\x80\xaf)?[AaPp]\.?[Mm]\.?)?"
    rb"(?:Z| UTC| ?[+-]\d\d:?\d\d)?"
)
_DATE = (
    rb"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4}"
    rb"|[A-Z][a-z]{2,8} \d\d?(?:, \d{4})?|\d\d? [A-Z][a-z]{2,8}(?: \d{4})?)"
)
_WHEN = rb"(?:" + _DATE + rb"(?:,? |T|, at | at ))?" + _CLOCK
_TIME = rb"[ \t]{0,8}(?:\[(?P<boxed>" + _WHEN + rb")\]|\((?P<round>" + _WHEN + rb")\)|(?P<bare>" + _WHEN + rb"))"
_VERBS = (
    rb"(?:has )?(?:joined|left|quit|parted|entered|joins|leaves|quits|parts)\b|is now (?:known as|away|back)\b"
    rb"|sets? mode\b|changes? topic\b|was kicked\b|[\[(][^\])\r\n]*[\])] (?:has )?(?:joined|left|quit)\b"
)
#: A line led by a time, and what then says who speaks.
_TIMED = re.compile(
    _TIME + rb"(?:[ \t]*(?:-|\xe2\x80\x93)(?=[ \t]))?[ \t]{0,8}(?:"
    rb"<[ @+%&~!*]?(?P<nick>[^<>\r\n]{1,64})>"
    rb"|(?:\*{1,3}|-!-|-->|<--|\xe2\x86\x92|\xe2\x86\x90)[ \t]+(?P<actor>[^\s<>:]{1,64})(?=[ \t])"
    rb"|From[ \t]+(?P<sender>[^:\r\n]{1,60}?)[ \t]+[Tt]o[ \t]+(?P<receiver>[^:()\r\n]{1,60}?)"
    rb"[ \t]*(?:\((?:Direct Message|Privately)\))?[ \t]*:(?=[ \t\r\n]|\Z)"
    rb"|(?<=\t)[@+%&~]?(?P<tabbed>[^\s:<>]{1,64})\t"
    rb"|(?P<label>[^\s:<>*\[(\-][^:<>\r\n]{0,60}?)[ \t]?:(?=[ \t\r\n]|\Z)"
    rb")"
)
#: A line without one.
_UNTIMED = re.compile(
    rb"(?:(?:>{1,3}|--?|\xe2\x80\x93)[ \t]*)?(?:"
    rb"<[ @+%&~!*]?(?P<nick>[^<>\s/]{1,32})>(?=[ \t])"
    rb"|(?:\*{1,3}|-!-|-->|<--)[ \t]+(?P<actor>[^\s<>:]{1,64})[ \t](?=" + _VERBS + rb")"
    rb"|(?P<label>[^\s:<>*\[(\-][^:<>\r\n]{0,60}?)(?:[ \t]{1,4}[\[(](?P<boxed>" + _WHEN + rb")[\])])?[ \t]?:"
    rb"(?=[ \t\r\n]|\Z)"
    rb")"
)
_RENAMED = re.compile(rb"[ \t]*is now known as[ \t]+(?P<nick>[^\s<>]{1,64})")
_OFFSET = re.compile(rb"\d{1,3}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?\Z")
_TIMED_NAME = re.compile(rb"(?:@?[\w\x80-\xff.'|+-]+|" + NAME + rb")\Z")
_BRACKETS = re.compile(rb" ?[(\[][^()\[\]]*[)\]]\Z")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_BLANK_LINE = re.compile(rb"\n\s*\n")
_LABEL = re.compile(rb"^([^\s:][^:\r\n]{0,60}):(?=\s)", re.MULTILINE)
#: What a beginning needs, to be a dialogue and no list of settings: so many turns, and so many words in each.
LEAST_TURNS = 4
LEAST_WORDS = 2.0
#: What a paragraph says of one thing, if it is an entry of a list.
LEAST_OF_AN_ENTRY = 4


def _head(text: bytes, at: int, stop: int) -> re.Match[bytes] | None:
    """What says at the beginning of a line who speaks; bytes past LOOK_AHEAD are not looked at."""
    stop = min(stop, at + LOOK_AHEAD)
    found = _TIMED.match(text, at, stop)
    if found is not None:
        label = found["label"]
        return found if label is None or _labels_timed(label) else None
    found = _UNTIMED.match(text, at, stop)
    if found is None or found["label"] is None or names_speaker(found["label"]):
        return found
    return None


def _labels_timed(label: bytes) -> bool:
    """Behind a time a label may also be one word in lower case; a program's name of a log is no other than that."""
    bare = _BRACKETS.sub(b"", label)
    return is_role(label) or names_speaker(label) or (_TIMED_NAME.match(bare) is not None and could_be_name(bare))


class Turns:
    """Frames turns. Whether a line begins one is decided by its own first LOOK_AHEAD bytes."""

    def __init__(self, context: Context) -> None:
        pass

    def __call__(self, data: Bytes, used: int, scanned: int, at_end: bool, /) -> tuple[Int64, int]:
        text = data[scanned:used].tobytes()
        starts: list[int] = []
        at = text.find(b"\n")
        while at >= 0:
            if not at_end and len(text) - at - 1 < LOOK_AHEAD:
                return np.array(starts, np.int64) + scanned, scanned + at
            if at + 1 < len(text) and _head(text, at + 1, len(text)) is not None:
                starts.append(at + 1)
            at = text.find(b"\n", at + 1)
        return np.array(starts, np.int64) + scanned, used


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """A clock before a speaker counts from the beginning of a recording, one before a nick is a time of day."""
    rows = TurnRows(data, len(record_start), context.zone_minutes)
    for start, end in spans_of(rows.text, record_start, record_end):
        if start == end:
            rows.close(2)
            continue
        head = _head(rows.text, start, end)
        if head is None:
            rows.put_prose(start, end)
            rows.close(0)
            continue
        _put_head(rows, head)
        at = head.end()
        renamed = _RENAMED.match(rows.text, at, end) if head["actor"] else None
        if renamed:
            rows.put(at, renamed.start("nick"), HARMLESS, "message")
            rows.put(*renamed.span("nick"), USERNAME, "nick")
            at = renamed.end()
        while at < end and rows.text[at] in b" \t\r\n":
            at += 1
        rows.put_prose(at, end)
        rows.close(1)
    return rows.fields()


def _put_head(rows: TurnRows, head: re.Match[bytes]) -> None:
    found = head.groupdict()
    label, named = found["label"], "label"
    if found.get("sender"):
        label, named = found["sender"], "sender"
    fields = parts_of_label(label, head.start(named)) if label is not None else iter(())
    when = next((name for name in ("boxed", "round", "bare") if found.get(name)), None)
    if when is not None and label is not None and head.start(when) > head.start(named):
        _put_parts(rows, fields)
    if when is not None and found["label"] is not None and _OFFSET.match(found[when]):
        rows.put(*head.span(when), HARMLESS, "offset")
    elif when is not None:
        rows.put_time(*head.span(when))
    for name in ("nick", "actor", "tabbed"):
        if found.get(name):
            rows.put(*head.span(name), USERNAME, "speaker")
    _put_parts(rows, fields)
    if found.get("receiver"):
        rows.put(*head.span("receiver"), entity_of_speaker(found["receiver"]), "receiver")


def _put_parts(rows: TurnRows, fields) -> None:  # type: ignore[no-untyped-def]
    for start, end, entity, name in fields:
        rows.put(start, end, entity, name)


#: What fields of HTTP and of mail are called, and no one is: two of them make no conversation.
_HEADER_NAME = re.compile(
    rb"(?:[A-Za-z]+-)+(?:type|length|encoding|language|control|agent|modified|ranges?|policy|options|security|by|since"
    rb"|match|cookie|id|for|to|host|proto|version|disposition)",
    re.IGNORECASE,
)


def sniff(head: bytes) -> float:
    """The share of lines that begin a turn, where they look like those of a conversation."""
    head = head[:SNIFFED].removeprefix(b"\xef\xbb\xbf")
    lines = [line for line in head[: head.rfind(b"\n") + 1].splitlines() or [head] if line.strip()]
    heads = [(_head(line, 0, len(line)), line) for line in lines]
    turns = [(found, line) for found, line in heads if found is not None]
    if not turns:
        return 0.0
    share = len(turns) / len(lines)
    nicks = sum(1 for found, _ in turns if found["label"] is None)
    if nicks >= 2 and nicks >= len(turns) / 2:
        return min(share, 0.99)
    labels = [(found["label"], found) for found, _ in turns if found["label"] is not None]
    if len({label for label, _ in labels if _HEADER_NAME.fullmatch(label)}) >= 2 or _lists_entries(head):
        return 0.0
    said = Counter(_BRACKETS.sub(b"", label) for label, _ in labels if names_speaker(label))
    words = sum(len(line[found.end() :].split()) for found, line in turns) / len(turns)
    roles = len(said) >= 2 and all(is_role(label) for label in said)
    timed = sum("bare" in found.groupdict() or found["boxed"] is not None for _, found in labels) > len(turns) / 2
    again = sum(count for count in said.values() if count > 1) >= (0.5 if timed else 0.8) * sum(said.values()) or roles
    enough = len(turns) >= (2 if roles else LEAST_TURNS) and len(said) >= 2
    # Turns of several lines are rarer than lines.
    return min(max(share, 0.5), 0.99) if enough and again and words >= LEAST_WORDS and share >= 0.2 else 0.0


def _lists_entries(head: bytes) -> bool:
    """Whether paragraphs are entries of a list (packages, certificates, devices): most say several things of one, none
    of them twice, and begin with the same. Of people who talk one would have said something again."""
    said = [_LABEL.findall(paragraph) for paragraph in _BLANK_LINE.split(head)]
    entries = [labels for labels in said if len(labels) >= LEAST_OF_AN_ENTRY and len(set(labels)) == len(labels)]
    firsts = Counter(labels[0] for labels in entries)
    return len(entries) > max(1, sum(map(bool, said)) / 2) and max(firsts.values()) > 0.8 * len(entries)


FORMAT = Format("dialogue", "sequential", NEVER, parse, sniff, dataset="transcripts", framing=Turns)
