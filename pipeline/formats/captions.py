"""Captions: WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip. A record is a block: a cue, a note, a style sheet.

Times of cues count from the recording's beginning and say nothing of when it was: they stay.
"""

from __future__ import annotations

import re

import numpy as np

from pipeline.formats.format import Context, Fields, Format
from pipeline.formats.speakers import entity_of_speaker, names_speaker, parts_of_label
from pipeline.formats.turns import TurnRows, spans_of
from pipeline.kernels.framing import NEVER
from pipeline.records import HARMLESS, SCAN, Bytes, Int64

_CLOCK = rb"(?:\d{1,4}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_TIMING = re.compile(rb"[ \t]*(?P<from>" + _CLOCK + rb")[ \t]+-->[ \t]+(?P<to>" + _CLOCK + rb")[ \t]*(?P<how>[^\r\n]*)")
_SETTINGS = re.compile(
    rb"(?:(?:vertical:(?:rl|lr)|line:-?[\d.]+%?(?:,(?:start|center|end))?|align:(?:start|center|middle|end|left|right)"
    rb"|position:[\d.]+%?(?:,(?:line-left|center|line-right))?|size:[\d.]+%?|[XY][12]:\d{1,4})[ \t]*)*\Z"
)
_HEADER = re.compile(rb"WEBVTT(?=[ \t\r\n]|\Z)")
_ASIDE = re.compile(rb"(?:NOTE|STYLE|REGION)(?=[ \t\r\n]|\Z)")
_ID = re.compile(rb"(?P<id>[^\r\n]*)\r?\n")
_NUMBER = re.compile(rb"\d{1,7}\Z")
_VOICE = re.compile(rb"<v(?P<classes>\.[^\s<>]*)?[ \t]+(?P<who>[^<>\r\n]+)>")
_LABEL = re.compile(
    rb"(?:(?:>{1,3}|--?|\xe2\x80\x93)[ \t]*)?(?P<who>[^\s:<>\-][^:<>\r\n]{0,60}):(?=[ \t\r\n]|\Z)[ \t]*"
)
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_FEEDS = re.compile(rb"[ \t\r]*\n[ \t\r\n]*")
_WHITE = re.compile(rb"[ \t\r\n]*")
_FIRST_CUE = re.compile(rb"\s*\d{1,7}[ \t]*\r?\n" + _TIMING.pattern)


class Blocks:
    """Frames what blank lines divide: a record starts at the first byte behind a line of white space alone."""

    def __init__(self, context: Context) -> None:
        self._feeds = 0  # line feeds in the white space that what was seen ends with

    def __call__(self, data: Bytes, used: int, scanned: int, at_end: bool, /) -> tuple[Int64, int]:
        text = data[scanned:used].tobytes()
        starts: list[int] = []
        at = self._white(text, 0, _WHITE.match(text).end(), self._feeds, starts)  # type: ignore[union-attr]
        for run in _FEEDS.finditer(text, at):
            self._white(text, run.start(), run.end(), 0, starts)
        return np.array(starts, np.int64) + scanned, used

    def _white(self, text: bytes, start: int, end: int, feeds: int, starts: list[int]) -> int:
        feeds += text.count(b"\n", start, end)
        if end == len(text):
            self._feeds = feeds
        else:
            self._feeds = 0
            if feeds >= 2:
                starts.append(end)
        return end


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """A block without a time is text: what was said goes on behind a blank line.

    A cue that speaks for several has the first speaker and text in their columns, the others among the attributes.
    """
    rows = TurnRows(data, len(record_start), context.zone_minutes, markup=True)
    for start, end in spans_of(rows.text, record_start, record_end):
        rows.close(2 if start == end else _block(rows, start, end))
    return rows.fields()


def _block(rows: TurnRows, start: int, end: int) -> int:
    text = rows.text
    aside = _HEADER.match(text, start, end) or _ASIDE.match(text, start, end)
    if aside:
        rows.put(aside.end(), end, SCAN, "aside")
        return 1
    timing = _TIMING.match(text, start, end)
    if not timing:
        name = _ID.match(text, start, end)
        timing = _TIMING.match(text, name.end(), end) if name else None
        if name is None or timing is None:
            _speech(rows, start, end)
            return 0
        counted = _NUMBER.match(text, *name.span("id"))
        rows.put(*name.span("id"), HARMLESS if counted else SCAN, "cue")
    rows.put(*timing.span("from"), HARMLESS, "start")
    rows.put(*timing.span("to"), HARMLESS, "end")
    rows.put(*timing.span("how"), HARMLESS if _SETTINGS.match(timing["how"]) else SCAN, "settings")
    _speech(rows, timing.end(), end)
    return 1


def _speech(rows: TurnRows, start: int, end: int) -> None:
    """Lines of speakers: a voice tag or a label, then what is said, to the next one's."""
    text = rows.text
    begun = start
    for line in _LINE.finditer(text, start, end):
        at = line.start()
        label = _LABEL.match(text, at, line.end())
        if label and names_speaker(label["who"].rstrip()):
            rows.put_prose(*_trimmed(text, begun, at))
            _put_label(rows, label)
            begun = at = label.end()
        for voice in _VOICE.finditer(text, at, line.end()):
            rows.put_prose(*_trimmed(text, begun, voice.start()))
            if voice["classes"]:
                rows.put(*voice.span("classes"), SCAN, "voice")
            who = voice["who"].rstrip()
            rows.put(voice.start("who"), voice.start("who") + len(who), entity_of_speaker(who), "speaker")
            begun = voice.end()
    rows.put_prose(*_trimmed(text, begun, end))


def _put_label(rows: TurnRows, label: re.Match[bytes]) -> None:
    for first, last, entity, column in parts_of_label(label["who"].rstrip(), label.start("who")):
        rows.put(first, last, entity, column)


def _trimmed(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Without white space at either end, and the tag that ends a voice."""
    while start < end and text[start] in b" \t\r\n":
        start += 1
    while True:
        while end > start and text[end - 1] in b" \t\r\n":
            end -= 1
        if not text.endswith(b"</v>", start, end):
            return start, end
        end -= 4


def _sniff_webvtt(head: bytes) -> float:
    return 1.0 if _HEADER.match(head.removeprefix(b"\xef\xbb\xbf")) else 0.0


def _sniff_subrip(head: bytes) -> float:
    return 1.0 if _FIRST_CUE.match(head.removeprefix(b"\xef\xbb\xbf")) else 0.0


WEBVTT = Format("webvtt", "sequential", NEVER, parse, _sniff_webvtt, dataset="transcripts", framing=Blocks)
SUBRIP = Format("srt", "sequential", NEVER, parse, _sniff_subrip, dataset="transcripts", framing=Blocks)
