"""What a release for `vendor`, or another profile, changes of lines in which nothing identifies anybody (tests/benign).

    python -m tests.benchmarks.benign_lines [--examples N] [--profile PROFILE]

Each kind of log is one sniffed input, read and redacted as a run over it alone would be; then all lines at once behind
syslog's header and as messages of JSON. Printed are changed tokens (runs of bytes other than blanks) for each 2,000
lines, by entity and by the pattern that found them, with example lines.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.inputs import find_inputs
from pipeline.policy.model import profile_names
from recognizers.registry import all_recognizers
from tests.benchmarks.detection_quality import Product
from tests.benign.lines import framed

_TOKEN = re.compile(rb"\S+")
#: The goal: one changed token in so many lines.
PER_LINES = 2000


@dataclass(frozen=True)
class Change:
    """A token that an edit touches.

    Attributes:
      source: the input's name.
      entity: what the edit takes it for.
      pattern: the pattern of that entity's recognizer that finds it in its line; none where only another line or a
        field's name tells.
      token: the token.
      edited: what of it is replaced.
      line: its line.
    """

    source: str
    entity: str
    pattern: str
    token: str
    edited: str
    line: str


def pattern_of(entity: str, line: bytes, start: int, end: int) -> str:
    """The entity and pattern that find something at [start, end) of the line."""
    names = {
        f"{found.entity}: {found.pattern}"
        for recognizer in all_recognizers()
        for found in recognizer.find(line)
        if found.start < end and start < found.end
    }
    return ", ".join(sorted(names)) or f"{entity}: by a field's name or another line"


def changes(texts: dict[str, str], profile: str = "vendor") -> Iterator[Change]:
    """What is changed of the inputs, each read alone."""
    with tempfile.TemporaryDirectory() as name:
        logs = Path(name) / "logs"
        logs.mkdir()
        for source, text in texts.items():
            (logs / source).write_text(text, encoding="utf-8")
        inputs, unreadable = find_inputs([str(logs)], out=None)
        assert not unreadable
        product = Product(Path(name), profile)
        for place in inputs:
            source = Path(place.name).name
            raw = texts[source].encode()
            touched: dict[tuple[int, int], tuple[int, int, str]] = {}
            for start, end, entity in product.spans(inputs, place, compounds=False):
                line = raw.rfind(b"\n", 0, start) + 1
                for token in _TOKEN.finditer(raw, line, raw.find(b"\n", start)):
                    if token.start() < end and start < token.end():
                        touched.setdefault(token.span(), (start, end, entity))
            for (first, last), (start, end, entity) in touched.items():
                begin, stop = raw.rfind(b"\n", 0, start) + 1, raw.find(b"\n", start)
                line_text = raw[begin:stop]
                pattern = pattern_of(entity, line_text, start - begin, end - begin)
                token_text, edited = raw[first:last].decode(), raw[start:end].decode()
                yield Change(source, entity, pattern, token_text, edited, line_text.decode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=2, help="lines shown for each pattern")
    parser.add_argument("--profile", choices=profile_names(), default="vendor", help="whose release")
    args = parser.parse_args()
    texts = framed()
    tokens = sum(len(text.split()) for text in texts.values())
    count = sum(text.count("\n") for text in texts.values())
    by_pattern: dict[str, list[Change]] = defaultdict(list)
    for change in changes(texts, args.profile):
        by_pattern[change.pattern].append(change)
    total = sum(map(len, by_pattern.values()))
    print(f"{count} lines, {total} changed tokens: {total * PER_LINES / count:.2f} per {PER_LINES} lines")
    print(f"{total / tokens:.2%} of {tokens} tokens")
    for pattern, found in sorted(by_pattern.items(), key=lambda item: -len(item[1])):
        print(f"{len(found):6}  {pattern}")
        for change in found[: args.examples]:
            print(f"          {change.source}  «{change.edited}» in  {change.line}")


if __name__ == "__main__":
    main()
