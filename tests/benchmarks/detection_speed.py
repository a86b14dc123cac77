"""Speed of the scanner beside Presidio's `AnalyzerEngine` with the same recognizers, on the same generated lines.

    python tests/benchmarks/detection_speed.py --size 20MB --kind mix --lines 600

Both get one line after the other as a bare text, without a format's help, on one core and in processor time, in turns,
so that other work on the machine meets both. What a line costs the engine does not depend on the lines before it, so
it gets some of them, evenly spread; the scanner gets them all, its caches empty at the start. `same lines` is the
scanner on the engine's few lines alone, where hardly a value comes twice. MB is 10^6 bytes.
Nothing is asserted: rates depend on the machine, the ratio less so.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import log_mix
from pipeline_speed import bytes_of, one_core
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from recognizers.registry import all_recognizers

LINES = 600
ROUNDS = 3
LINES_A_BATCH = 16_000


@dataclass(frozen=True)
class Measured:
    """One kind of lines.

    Attributes:
      scanner_mb_per_second, engine_mb_per_second: median of the rounds.
      same_lines_mb_per_second: the scanner, its caches empty, on the engine's lines alone.
      found_by_scanner, found_by_engine: in the engine's lines; the engine drops what another finding contains.
    """

    kind: str
    bytes: int
    engine_lines: int
    scanner_mb_per_second: float
    same_lines_mb_per_second: float
    engine_mb_per_second: float
    ratio: float
    same_lines_ratio: float
    found_by_scanner: int
    found_by_engine: int


def engine() -> AnalyzerEngine:
    """Presidio's engine with our recognizers and no language model."""
    registry = RecognizerRegistry(supported_languages=["en"])
    for recognizer in all_recognizers():
        registry.add_recognizer(recognizer)
    nlp = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": ""}])
    nlp.load()
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


def scan(scanner: Scanner, lines: Sequence[bytes]) -> tuple[float, int]:
    """Processor seconds, and findings."""
    scanner.forget()
    began, found = time.process_time(), 0
    for start in range(0, len(lines), LINES_A_BATCH):
        found += len(scanner.scan(texts_batch(lines[start : start + LINES_A_BATCH])))
    return time.process_time() - began, found


def analyze(analyzer: AnalyzerEngine, lines: Sequence[str]) -> tuple[float, int]:
    """Processor seconds, and findings."""
    began, found = time.process_time(), 0
    for line in lines:
        found += len(analyzer.analyze(line, language="en"))
    return time.process_time() - began, found


def size_of(lines: Sequence[bytes]) -> int:
    return sum(len(line) + 1 for line in lines)


def measure(kind: str, lines: list[bytes], some: list[bytes], scanner: Scanner, analyzer: AnalyzerEngine) -> Measured:
    texts = [line.decode() for line in some]
    scan(scanner, some)
    analyze(analyzer, texts[:20])
    rounds = [(scan(scanner, lines), scan(scanner, some), analyze(analyzer, texts)) for _ in range(ROUNDS)]
    seconds = [sorted(each[place][0] for each in rounds)[ROUNDS // 2] for place in range(3)]
    rates = [size_of(which) / 1e6 / took for which, took in zip((lines, some, some), seconds)]
    return Measured(
        kind,
        size_of(lines),
        len(some),
        *(round(rate, 4) for rate in rates),
        round(rates[0] / rates[2], 1),
        round(rates[1] / rates[2], 1),
        rounds[0][1][1],
        rounds[0][2][1],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=bytes_of, default=bytes_of("20MB"), help="text for the scanner")
    parser.add_argument("--kind", choices=(*log_mix.KINDS, "mix"), nargs="+", default=["mix", *log_mix.KINDS])
    parser.add_argument("--lines", type=int, default=LINES, help="how many of its lines the engine gets")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    scanner, analyzer = Scanner(all_recognizers()), engine()
    rows = []
    print("kind          MB  engine's lines  scanner MB/s  same lines MB/s  engine MB/s   ratio  same lines")
    with tempfile.TemporaryDirectory() as folder, one_core():
        for kind in arguments.kind:
            paths = log_mix.write_inputs(Path(folder) / kind, kind, arguments.size)
            lines = [line for path in paths for line in path.read_bytes().splitlines()]
            some = random.Random(kind).sample(lines, min(arguments.lines, len(lines)))
            row = measure(kind, lines, some, scanner, analyzer)
            rows.append(row)
            print(
                f"{kind:8}{row.bytes / 1e6:8.0f}{row.engine_lines:16,}{row.scanner_mb_per_second:14.1f}"
                f"{row.same_lines_mb_per_second:17.2f}{row.engine_mb_per_second:13.3f}{row.ratio:8,.0f}"
                f"{row.same_lines_ratio:12,.0f}",
                flush=True,
            )
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    main()
