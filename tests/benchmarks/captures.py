"""Packets a second and memory of captures rewritten, beside Scapy and tcprewrite on packets of the same mix.

    python tests/benchmarks/captures.py --size 500MB --mix office --form pcap pcapng

``read``, ``dissect`` and ``rewrite`` (to bytes of the native file) are steps of the product, each with those before it;
``parquet`` is ``rewrite`` with rows in Parquet instead of those bytes (``capture_stages``). Their start is not counted,
values are new as they come; ``again`` is a second pass, in which all are known. ``run, 1`` is the ``redact`` command as
a user calls it for one recipient: read, rewritten, verified, Parquet and native file written, packed and published; its
speed is told with and without its start: what a run over a small capture takes is taken off seconds and packets. One
core, where the system can pin one; seconds are of the processor, since others may use the machine. tcprewrite replaces
addresses of headers by a seed.
Nothing is asserted: figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
import capture_mix
from pipeline_speed import RECIPIENTS, SAMPLE_SECONDS, bytes_of, command, one_core, resident

#: Scapy takes a second for some thousand packets.
SCAPY_BYTES = 10_000_000
LITTLE_BYTES = 5_000_000
STEPS = ("read", "dissect", "rewrite", "parquet")


@dataclass(frozen=True)
class Measured:
    """One side.

    Attributes:
      bytes: of the capture.
      cpu_seconds: of the processor, in user code and the system.
      peak_mb: highest sum of resident memory over the process and its children; pages that they share count twice.
    """

    side: str
    form: str
    bytes: int
    packets: int
    cpu_seconds: float
    wall_seconds: float
    packets_per_second: float
    packets_per_second_without_start: float
    peak_mb: float


def watch(arguments: Sequence[str], folder: Path) -> tuple[float, float, float, str]:
    """Run a process on one core: seconds of the processor, wall seconds, peak memory in MB, and what it said."""
    said = folder / "said"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with said.open("wb") as out:
        with one_core():
            process = psutil.Popen(
                list(arguments), cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident(process))
            time.sleep(SAMPLE_SECONDS / 4)
    wall = time.perf_counter() - began
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = said.read_text(errors="replace")
    if process.returncode not in (0, 4):
        raise SystemExit(f"{text}\n{arguments[0]} ended with {process.returncode}")
    return now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, wall, peak / 1e6, text


def stage(name: str, form: str, capture: Path, folder: Path) -> list[Measured]:
    """A step with values as they come, and where it has any also with all of them known from a pass before."""
    script = str(Path(__file__).with_name("capture_stages.py"))
    _, _, peak, said = watch([sys.executable, script, name, str(capture), str(folder / "rewritten")], folder)
    rows = []
    for told in map(json.loads, (line for line in said.splitlines() if line.startswith("{"))):
        side = name if told["values"] == "new" else f"{name}, again"
        rows.append(measured(side, form, capture, told["packets"], told["cpu"], told["wall"], peak))
    shutil.rmtree(folder / "rewritten.parts", ignore_errors=True)
    return rows


def whole_run(form: str, capture: Path, packets: int, recipients: int, folder: Path) -> Measured:
    """A run in a workspace of its own."""
    inside = folder / "run"
    inside.mkdir()
    names = [word for recipient in RECIPIENTS[:recipients] for word in ("--recipient", recipient)]
    arguments = [*command(), "run", str(capture), "--client", "acme", *names, "--out", str(inside / "out")]
    arguments += ["--workers", "1", "--quiet", "--workspace", str(inside / "workspace"), "--yes"]
    cpu, wall, peak, _ = watch(arguments, inside)
    shutil.rmtree(inside)
    return measured(f"run, {recipients}", form, capture, packets, cpu, wall, peak)


def tcprewrite(form: str, capture: Path, packets: int, folder: Path) -> Measured:
    arguments = ["tcprewrite", "--seed=7", f"--infile={capture}", f"--outfile={folder / 'rewritten'}"]
    cpu, wall, peak, _ = watch(arguments, folder)
    return measured("tcprewrite", form, capture, packets, cpu, wall, peak)


def measured(side: str, form: str, capture: Path, packets: int, cpu: float, wall: float, peak: float) -> Measured:
    speed = packets / max(cpu, 1e-9)
    size = capture.stat().st_size
    return Measured(side, form, size, packets, round(cpu, 2), round(wall, 2), round(speed), round(speed), round(peak))


def make(folder: Path, mix: str, form: str, size: int, name: str) -> tuple[Path, int]:
    path = folder / f"{name}.{form}"
    with path.open("wb") as file:
        packets = capture_mix.write_capture(mix, form, size, file)
    return path, packets


def measure(mix: str, form: str, size: int, sides: Sequence[str], folder: Path) -> list[Measured]:
    capture, packets = make(folder, mix, form, size, "capture")
    little, few = make(folder, mix, form, LITTLE_BYTES, "little")
    sample, _ = make(folder, mix, form, SCAPY_BYTES, "sample")
    for each in (capture, sample):
        shutil.copy(little, f"{each}.little")
    rows = []
    for name in STEPS:
        if name in sides:
            # A process that compiles kernels needs more memory; it is not the one to measure.
            stage(name, form, sample, folder)
            rows += stage(name, form, capture, folder)
    if "run" in sides:
        # The first run after an installation compiles the kernels; it is not the one to measure.
        whole_run(form, little, few, 1, folder)
        start = whole_run(form, little, few, 1, folder)
        run = whole_run(form, capture, packets, 1, folder)
        steady = (packets - few) / max(run.cpu_seconds - start.cpu_seconds, 1e-9)
        rows.append(replace(run, packets_per_second_without_start=round(steady)))
    if "scapy" in sides:
        rows += stage("scapy", form, sample, folder)
    if "tcprewrite" in sides and shutil.which("tcprewrite"):
        rows.append(tcprewrite(form, capture, packets, folder))
    return rows


def main() -> None:
    sides = (*STEPS, "run", "scapy", "tcprewrite")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=bytes_of, default=bytes_of("500MB"))
    parser.add_argument("--mix", choices=capture_mix.MIXES, default="office")
    parser.add_argument("--form", choices=capture_mix.FORMS, nargs="+", default=["pcap"])
    parser.add_argument("--side", choices=sides, nargs="+", default=sides)
    parser.add_argument("--scratch", type=Path, help="folder for inputs and outputs; needs about six times the size")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    rows: list[Measured] = []
    for form in arguments.form:
        with tempfile.TemporaryDirectory(dir=arguments.scratch) as folder:
            rows += measure(arguments.mix, form, arguments.size, arguments.side, Path(folder))
    print(
        f"{'side':16}{'form':8}{'MB':>8}{'packets':>12}{'cpu s':>9}{'wall s':>9}{'packets/s':>12}"
        f"{'less start':>12}{'peak MB':>9}"
    )
    for row in rows:
        print(
            f"{row.side:16}{row.form:8}{row.bytes / 1e6:8.0f}{row.packets:12,}{row.cpu_seconds:9.2f}"
            f"{row.wall_seconds:9.2f}{row.packets_per_second:12,.0f}"
            f"{row.packets_per_second_without_start:12,.0f}{row.peak_mb:9.0f}"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    main()
