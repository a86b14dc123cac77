"""Which of a user's own recognizers may find something in a text: a pass of Hyperscan spares the others a slower look.

Hyperscan's prefilter mode reports every text in which a pattern matches, and perhaps some more. That holds between two
engines only where both read a pattern alike: for patterns of plain constructs, over texts of printable ASCII. A
recognizer with any other pattern, or with code of its own, is asked about every text; so is each about other texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import hyperscan
import regex
from presidio_analyzer import PatternRecognizer

from pipeline.detection.databases import database
from pipeline.detection.own import OwnFound, OwnRecognizer
from pipeline.detection.texts import Texts
from pipeline.records import Batch

#: The flags under which Hyperscan's reading is compared: Presidio's own.
FLAGS = int(regex.DOTALL | regex.MULTILINE | regex.IGNORECASE)
_HYPERSCAN = (
    hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_PREFILTER
)
#: A text that both engines see alike: no white space of which one says that it is none; and no line feed at its end,
#: after which a line begins for one of them only.
_PLAIN = re.compile(rb"(?:[\t\n\r -~]*[\t\r -~])?")
_QUANTIFIER = r"(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})?\??"
#: Patterns of constructs that both engines read alike. No possessive quantifier, back-reference, verb, recursion,
#: fuzzy match, POSIX class, inline flag or escape beyond these.
_SIMPLE = re.compile(
    r"(?:"
    r"\((?!\?)|\(\?(?::|<?[=!]|P<[A-Za-z_][A-Za-z0-9_]*>)|[|^$]"
    r"|(?:[A-Za-z0-9 _/@:=#%,;\"'<>&~`!.)-]"
    r"|\\[dDwWsStnrbB]|\\[ -/:-@\[-`{-~]"
    r"|\[\^?(?:[A-Za-z0-9 _/@:=#%,;\"'<>&~`!.*+?(){}|$-]|\\[dDwWsStnr]|\\[ -/:-@\[-`{-~])+\]"
    rf"){_QUANTIFIER}"
    r")*"
)


def is_simple(recognizer: OwnRecognizer) -> bool:
    """Whether a recognizer is nothing but patterns that Hyperscan reads as it does."""
    inner = recognizer.recognizer
    if not isinstance(inner, PatternRecognizer) or type(inner).analyze is not PatternRecognizer.analyze:
        return False
    if inner.global_regex_flags != FLAGS:
        return False
    return all(_SIMPLE.fullmatch(pattern.regex) and _compiles(pattern.regex) for pattern in inner.patterns)


def _compiles(pattern: str) -> bool:
    """Whether Hyperscan takes a pattern; one that matches nothing at all it does not."""
    try:
        database([pattern.encode("ascii")], _HYPERSCAN)
    except hyperscan.error:
        return False
    return True


class OwnGate:
    """Recognizers with a prefilter before those that are simple."""

    def __init__(self, own: Sequence[OwnRecognizer]) -> None:
        self._own = list(own)
        self._always = [not is_simple(each) for each in own]
        gated = [(n, each) for n, each in enumerate(own) if not self._always[n]]
        patterns = [(n, pattern.regex) for n, each in gated for pattern in each.recognizer.patterns]
        self._owner = [n for n, _ in patterns]
        self._db = database([text.encode("ascii") for _, text in patterns], _HYPERSCAN) if patterns else None

    def asked(self, raw: bytes) -> list[OwnRecognizer]:
        """The recognizers to be asked about a text."""
        if self._db is None or _PLAIN.fullmatch(raw) is None:
            return self._own
        asked = self._always.copy()
        owner = self._owner

        def on_match(number: int, start: int, end: int, flags: int, context: object) -> None:
            asked[owner[number]] = True

        if raw:
            self._db.scan(raw, match_event_handler=on_match)
        return [each for each, may in zip(self._own, asked) if may]

    def findings(self, batch: Batch, texts: Texts) -> Iterator[tuple[int, OwnFound]]:
        """What the recognizers find, (place of the text, finding): each distinct text is shown to each of them."""
        known: dict[tuple[bytes, str], list[OwnFound]] = {}
        for place, key in enumerate(batch.field_key[texts.which].tolist() if self._own else ()):
            text = texts.text(place), batch.keys[key] if key >= 0 else ""
            if text not in known:
                known[text] = [found for each in self.asked(text[0]) for found in each.find(*text)]
            yield from ((place, found) for found in known[text])
