"""What reads as people write, where no format says that someone wrote it: by words that machines hardly use.

Names are looked for in prose alone, at a hundredth of the speed of a log. So a note is told from a log by its lines,
and a value of a record by its key and its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.formats.pasted import pasted_lines
from pipeline.kernels.field_rows import COLUMN, END, ENTITY, KEY, START
from pipeline.kernels.json_fields import TEXT, WHOLE_LINE
from pipeline.kernels.telling_words import are_telling, packed_words
from pipeline.records import COLUMN_ID, PROSE, SCAN, Bools, Bytes, Int32, Int64

#: Of people, to people, and about what they did, in English, German, French, Dutch and Spanish; what programs say, too.
_OF_PEOPLE = (
    "i'm", "i've", "i'd", "i'll", "we", "we're", "we've", "we'll", "he", "he's", "she", "she's", "me", "my", "his",
    "her", "him", "our", "pls", "thank", "thanks", "thx", "hi", "hello", "hey", "dear", "regards", "mr", "mrs",
    "phoned", "spoke", "colleague", "colleagues", "customer", "yesterday", "tomorrow", "morning", "afternoon", "ich",
    "wir", "mein", "meine", "meinem", "meinen", "meiner", "unser", "unsere", "bitte", "danke", "hallo", "herr",
    "herrn", "frau", "grüße", "gruesse", "je", "j'ai", "nous", "vous", "votre", "notre", "bonjour", "merci",
    "monsieur", "madame", "cordialement", "ik", "wij", "mijn", "onze", "graag", "bedankt", "groeten", "groetjes",
    "mevrouw", "meneer", "yo", "usted", "nosotros", "nuestro", "nuestra", "gracias", "hola", "señor", "señora",
    "saludos",
)  # fmt: skip
_OF_BOTH = (
    "you", "you're", "you've", "you'll", "your", "they", "their", "please", "sorry", "said", "says", "told", "asked",
    "called", "who", "don't", "doesn't", "didn't", "couldn't", "wouldn't", "haven't", "wasn't", "won't", "can't",
)  # fmt: skip


def _any_of(words: Sequence[str]) -> bytes:
    return b"|".join(re.escape(word.encode()) for word in sorted(words, key=len, reverse=True))


_TELLING = re.compile(
    rb"(?<![\w'.@/=-])(?:(?P<both>%s)|i(?= [a-z])|%s)(?![\w'@/=-]|\.\w)" % (_any_of(_OF_BOTH), _any_of(_OF_PEOPLE)),
    re.IGNORECASE,
)
_PACKED = packed_words(word.encode() for word in (*_OF_BOTH, *_OF_PEOPLE, "i"))
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{2,}")
#: A value with fewer different telling words, a note with fewer, or either with fewer words may be a machine's.
LEAST_TELLING, LEAST_IN_NOTE, LEAST_WORDS = 2, 3, 5
#: A note has at least this share of lines with a telling word, and no more of lines that are pasted.
LEAST_LINES, MOST_PASTED = 0.25, 0.5
#: Of a longer text its beginning decides.
JUDGED = 4096
#: Keys and columns that people fill in: of tickets, surveys, inventories and chats.
_KEYS = frozenset((
    "additional_comments", "answer", "body", "body_text", "close_notes", "comment", "comments", "comment_text",
    "content", "description", "details", "feedback", "issue", "note", "notes", "plain_body", "plain_text", "problem",
    "problem_description", "question", "remark", "remarks", "reply", "resolution", "resolution_notes",
    "short_description", "subject", "summary", "text", "transcript", "utterance", "work_notes",
))  # fmt: skip
#: What else is said where a record says who speaks.
_SAID = frozenset(("message", "msg", "data", "value"))
_SPEAKERS = frozenset((
    "agent", "agent_name", "author", "author_name", "customer", "from", "from_name", "nick", "requester", "sender",
    "sender_name", "speaker", "visitor", "visitor_name",
))  # fmt: skip
MESSAGE = COLUMN_ID["message"]
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[ _-]+")


def reads_as_written(text: bytes, least: int = LEAST_TELLING) -> bool:
    """Whether a text is someone's by its words; where more than one is asked, one must be such as no program says."""
    text = text[:JUDGED].replace(b"\\n", b"  ")
    found = list(_TELLING.finditer(text))
    told = {match.group().lower() for match in found}
    sure = least == 1 or not all(match["both"] for match in found)
    return len(told) >= least and sure and len(_WORD.findall(text)) >= LEAST_WORDS


def is_note(head: bytes) -> bool:
    """Whether a file is someone's note by its beginning: by many of its lines, and no few of a log."""
    lines = [line for line in head.splitlines() if line.strip()]
    told = [line for line, pasted in zip(lines, pasted_lines(lines), strict=True) if not pasted]
    telling = sum(1 for line in told if _TELLING.search(line) and len(_WORD.findall(line)) >= LEAST_WORDS)
    enough = telling >= LEAST_LINES * len(lines) and len(told) > MOST_PASTED * len(lines)
    return enough and reads_as_written(b"\n".join(told), LEAST_IN_NOTE)


def is_filled_in(key: str) -> bool:
    """Whether people write what stands under a key, a path or the name of a column."""
    return _last_of(key) in _KEYS


def _last_of(key: str) -> str:
    segments = [part for part in key.split(".") if not part.rstrip("+").isdigit()]
    return "_".join(_BETWEEN_WORDS.split(segments[-1])).lower() if segments else ""


def declare_written(data: Bytes, rows: Int32, record_field: Int64, keys: tuple[str, ...], *, cut: bool = False) -> None:
    """Make prose of values that people have filled in or said, and of records that are none of the format, in place,
    where they read so.

    Args:
      rows, record_field: of ``json_fields`` or ``delimited_fields``, before ``place_values``.
      keys: of each node or column.
      cut: whether such a record may be a line of what someone filled in, which has few words to tell by.
    """
    last = [_last_of(key) for key in keys]
    filled, said, speaks = (
        np.array([name in names for name in last] + [False], np.bool_)[rows[:, KEY]]
        for names in (_KEYS, _SAID, _SPEAKERS)
    )
    texts = (rows[:, COLUMN] == TEXT) & (rows[:, ENTITY] == SCAN)
    whole = rows[:, COLUMN] == WHOLE_LINE
    if said.any() and speaks.any():
        record = np.repeat(np.arange(len(record_field) - 1), np.diff(record_field))
        spoken = np.zeros(len(record_field) - 1, np.bool_)
        spoken[record[speaks]] = True
        filled |= said & spoken[record]
    least = np.where(whole & cut, 1, LEAST_TELLING)
    for row in np.flatnonzero(texts & filled | whole).tolist():
        start, end = rows[row, [START, END]].tolist()
        if reads_as_written(data[start : min(end, start + JUDGED)].tobytes(), int(least[row])):
            rows[row, ENTITY] = PROSE


def declare_written_records(data: Bytes, rows: Int32, record_field: Int64, asked: Bools) -> None:
    """Make prose of what some records say, in place, where it reads so: a note above a paste, a line of a diary.

    Args:
      rows, record_field: of a format's kernel, of which ``message`` is a column.
      asked: bool [r], the records.
    """
    of = np.repeat(asked, np.diff(record_field))
    which = np.flatnonzero(of & (rows[:, COLUMN] == MESSAGE) & (rows[:, ENTITY] == SCAN))
    start, end = rows[which, START].astype(np.int64), rows[which, END].astype(np.int64)
    telling = np.empty(len(which), np.bool_)
    are_telling(data, start, end, _PACKED, LEAST_TELLING, telling)
    for row, first, last in zip(which[telling].tolist(), start[telling].tolist(), end[telling].tolist(), strict=True):
        if reads_as_written(data[first : min(last, first + JUDGED)].tobytes()):
            rows[row, ENTITY] = PROSE
