"""Speed and memory of whole verified runs, beside stock Presidio on the same lines.

    python tests/benchmarks/pipeline_speed.py --size 500MB --kind mix --recipients 1 3

Each run is the ``redact`` command as a user calls it: read, detect, redact, write Parquet, native files and archive,
verify, publish. One core (where the system can pin one), one worker. MB is 10^6 bytes of input, before redaction.
Nothing is asserted: the figures depend on the machine, the ratio to Presidio less so.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
import log_mix

RECIPIENTS = ("first=vendor", "second=analytics", "third=support", "fourth=distributor")
UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
SAMPLE_SECONDS = 0.2
#: Lines for stock Presidio, which takes about a second for each few hundred.
PRESIDIO_LINES = 3000


@dataclass(frozen=True)
class Measured:
    """One run.

    Attributes:
      mb_per_second: bytes of input by the whole process's wall time.
      mb_per_second_without_start: the same less the time of a run over one line.
      peak_mb: highest sum of resident memory over the process and its children; pages that they share count twice.
    """

    kind: str
    bytes: int
    lines: int
    recipients: int
    seconds: float
    start_seconds: float
    mb_per_second: float
    mb_per_second_without_start: float
    peak_mb: float
    exit_code: int


def bytes_of(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(KB|MB|GB)?", text, re.IGNORECASE)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text}: not a size; write 500MB or 5GB")
    return int(float(match[1]) * UNITS[(match[2] or "").upper()])


@contextmanager
def one_core() -> Iterator[None]:
    """Everything started meanwhile runs on one core, where the system can say so."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def resident(process: psutil.Process) -> int:
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def command() -> list[str]:
    beside = Path(sys.executable).with_name("redact")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "pipeline.cli.main"]


def run_once(
    inputs: Sequence[Path], recipients: int, folder: Path, core: Callable[[], AbstractContextManager[None]] = one_core
) -> tuple[float, float, int]:
    """One run in a workspace of its own, started within ``core()``: wall seconds, peak memory in bytes, exit code."""
    folder.mkdir(parents=True)
    names = [word for recipient in RECIPIENTS[:recipients] for word in ("--recipient", recipient)]
    arguments = ["run", *map(str, inputs), "--client", "acme", *names]
    arguments += ["--out", str(folder / "out"), "--workers", "1", "--quiet"]
    arguments += ["--workspace", str(folder / "workspace"), "--yes"]
    with (folder / "said").open("wb") as said:
        began = time.perf_counter()
        streams = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
        # The run has the core to itself: looking at its memory is done from another.
        with core():
            process = psutil.Popen([*command(), *arguments], cwd=folder, **streams)
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident(process))
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - began
    if process.returncode not in (0, 4):
        print((folder / "said").read_text(errors="replace"), file=sys.stderr)
        raise SystemExit(f"redact run ended with {process.returncode}")
    shutil.rmtree(folder)
    return seconds, peak, process.returncode


def lines_in(paths: Sequence[Path]) -> int:
    total = 0
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 24):
                total += block.count(b"\n")
    return total


def measure(kind: str, inputs: Sequence[Path], recipients: int, scratch: Path) -> Measured:
    size = sum(path.stat().st_size for path in inputs)
    little = scratch / "little.log"
    little.write_text(log_mix.first_lines(inputs[0], 1)[0] + "\n")
    start, _, _ = run_once([little], recipients, scratch / "start")
    seconds, peak, code = run_once(inputs, recipients, scratch / "run")
    return Measured(
        kind,
        size,
        lines_in(inputs),
        recipients,
        round(seconds, 2),
        round(start, 2),
        round(size / 1e6 / seconds, 2),
        round(size / 1e6 / max(seconds - start, 1e-9), 2),
        round(peak / 1e6, 1),
        code,
    )


def presidio_speed(inputs: Sequence[Path], count: int) -> float:
    """Stock Presidio's megabytes a second: its pattern recognizers and anonymizer, without a language model."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NoOpNlpEngine
    from presidio_anonymizer import AnonymizerEngine

    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": ""}])
    engine.load()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    anonymizer = AnonymizerEngine()
    lines = [line for path in inputs for line in log_mix.first_lines(path, max(1, count // len(inputs)))]
    with one_core():
        analyzer.analyze(lines[0], language="en")
        began = time.perf_counter()
        for line in lines:
            anonymizer.anonymize(line, analyzer.analyze(line, language="en"))  # type: ignore[arg-type]
        seconds = time.perf_counter() - began
    return sum(len(line) + 1 for line in lines) / 1e6 / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=bytes_of, default=bytes_of("500MB"))
    parser.add_argument("--kind", choices=(*log_mix.KINDS, "mix"), nargs="+", default=["mix"])
    parser.add_argument("--recipients", type=int, choices=(1, 2, 3, 4), nargs="+", default=[1, 3])
    parser.add_argument("--presidio-lines", type=int, default=PRESIDIO_LINES, help="0 leaves Presidio out")
    parser.add_argument("--scratch", type=Path, help="folder for inputs and outputs; needs about six times the size")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    rows: list[Measured] = []
    stock: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=arguments.scratch) as scratch:
        for kind in arguments.kind:
            inputs = log_mix.write_inputs(Path(scratch) / kind, kind, arguments.size)
            # The first run after an installation compiles the kernels; it is not the one to measure.
            warm = log_mix.write_inputs(Path(scratch) / "warm", kind, 1_000_000)
            run_once(warm, 1, Path(scratch) / "warming")
            if arguments.presidio_lines:
                stock[kind] = presidio_speed(inputs, arguments.presidio_lines)
            rows += [measure(kind, inputs, recipients, Path(scratch)) for recipients in arguments.recipients]
            for path in inputs:
                path.unlink()
    print_table(rows, stock)
    if arguments.json:
        figures = {"runs": [asdict(row) for row in rows], "presidio_mb_per_second": stock}
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


def print_table(rows: Sequence[Measured], stock: dict[str, float]) -> None:
    print("kind          MB      lines  recip.  seconds  start    MB/s  less start  peak MB  x Presidio")
    for row in rows:
        ratio = f"{row.mb_per_second / stock[row.kind]:.0f}" if row.kind in stock else "-"
        print(
            f"{row.kind:8}{row.bytes / 1e6:8.0f}{row.lines:11,}{row.recipients:8}{row.seconds:9.1f}"
            f"{row.start_seconds:7.1f}{row.mb_per_second:8.1f}{row.mb_per_second_without_start:12.1f}"
            f"{row.peak_mb:9.0f}{ratio:>12}"
        )
    for kind, speed in stock.items():
        print(f"{kind:8}stock Presidio {speed:.3f} MB/s (pattern recognizers, no language model, anonymizer)")


if __name__ == "__main__":
    main()
