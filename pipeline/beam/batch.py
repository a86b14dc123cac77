"""The batch graph: units in, sealed units out. Nothing but a unit's plan and its summary crosses a stage.

What a run does, in plain words:

1. The driver makes the plan, takes out the units that an earlier attempt has sealed, and puts the rest into the graph.
2. Each worker opens its own keystore and engine, once.
3. A unit is read, redacted for every recipient, verified, staged and sealed by one call. If it is done twice, both do
   the same bytes under the same names.
4. When the graph has ended, the driver looks at the seals, not at the graph's output, and publishes.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import apache_beam as beam
import pyarrow.fs as pafs
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipeline.beam.guarding import Guarded, QuietBeam, failure
from pipeline.beam.options import is_local, options_of
from pipeline.errors import RedactError
from pipeline.inputs import Progress, Unit
from pipeline.inputs.planning import EXPANSION, UNIT_BYTES, weight
from pipeline.plan import Plan
from pipeline.release.layout import Layout, open_layout
from pipeline.release.summary import UnitSummary, sealed

#: Below so many bytes of input, starting processes takes longer than they save.
WORTH_WORKERS = 500_000_000
POLL_SECONDS = 0.5


class Engine(Protocol):
    """What does a unit's work; see ``pipeline.unit``."""

    def release(self, unit: Unit) -> UnitSummary: ...


class ReleaseUnit(beam.DoFn):
    """Releases units: JSON of a unit in, number of a sealed unit out.

    Args:
      plan: JSON of the plan.
      open_engine: makes the engine from the plan; sent to workers by reference to its module.
    """

    def __init__(self, plan: str, open_engine: Callable[[Plan], Engine]) -> None:
        self._plan_json = plan
        self._open_engine = open_engine

    def setup(self) -> None:
        with Guarded("opening the engine"):
            self._plan = Plan.from_json(self._plan_json)
            self._layout = layout_of(self._plan)
            self._engine = self._open_engine(self._plan)

    def process(self, element: str) -> Iterator[int]:
        unit = Unit.from_json(json.loads(element))
        with Guarded(f"unit {unit.number}"):
            # A runner may give the same unit twice, or again after a failure of another.
            if sealed(self._layout, unit.number) is None:
                self._engine.release(unit)
        yield unit.number


def open_engine(plan: Plan) -> Engine:
    """The engine that real runs use."""
    from pipeline.unit import Engine as UnitEngine

    return UnitEngine(plan)


def layout_of(plan: Plan) -> Layout:
    return open_layout(plan.out, plan.run_id, plan.client.id)


def workers_for(plan: Plan) -> int:
    """How many workers a plan is worth on this machine."""
    if plan.input_bytes < WORTH_WORKERS:
        return 1
    return max(1, min(os.cpu_count() or 1, len(plan.units)))


def local_runner(workers: int) -> FnApiRunner:
    """The local runner: in this process, or with worker processes.

    Beam's ``multi_processing`` mode is the same but for its command, which does not quote the interpreter's path and
    puts the workers' log on the terminal.
    """
    if workers == 1:
        return FnApiRunner()
    command = f'"{sys.executable}" -m pipeline.beam.worker'
    return FnApiRunner(default_environment=SubprocessSDKEnvironment.from_command_string(command))


def run_batch(
    plan: Plan,
    workers: int,
    options: Sequence[str],
    on_progress: Callable[[Progress], None],
    engine: Callable[[Plan], Engine] = open_engine,
) -> None:
    """Do all units of a plan that are not done; returns when every one is sealed.

    Args:
      workers: 1 runs in this process; more in processes of their own, where the runner is the local one.
      options: Beam options, as after ``--`` on the command line.
      on_progress: called now and then, from another thread, and once at the end.

    Raises:
      RedactError: the first failure of a worker, of its own class; or a unit was left undone.
    """
    layout = layout_of(plan)
    pending = [unit for unit in plan.units if sealed(layout, unit.number) is None]
    with _Watch(plan, layout, on_progress):
        if pending:
            try:
                _run_graph(plan, pending, workers, options, engine)
            except RedactError:
                raise
            except Exception as error:  # a runner's failure, whatever its class
                raise failure(error) from None
    undone = [unit.number for unit in plan.units if sealed(layout, unit.number) is None]
    if undone:
        raise RedactError(f"{len(undone)} units were left undone (first: {undone[0]}); run the same command again")


def _run_graph(
    plan: Plan,
    pending: Sequence[Unit],
    workers: int,
    options: Sequence[str],
    engine: Callable[[Plan], Engine],
) -> None:
    runner = local_runner(workers) if is_local(options) else None
    parsed = PipelineOptions(options_of(workers, options))
    with QuietBeam(), beam.Pipeline(runner=runner, options=parsed) as graph:
        units = graph | "Units" >> beam.Create(
            [json.dumps(unit.to_json()) for unit in pending], reshuffle=False
        )  # JSON of a unit
        if workers > 1 or not is_local(options):
            units = units | "Spread" >> beam.Reshuffle()  # JSON of a unit
        _ = units | "ReleaseUnit" >> beam.ParDo(ReleaseUnit(plan.to_json(), engine))  # number of a sealed unit


class _Watch:
    """Counts seals in a thread while the graph runs.

    An input that is read only from its beginning is one unit, however large: its seal comes at the end, and what it has
    staged for one recipient tells how far it is.
    """

    def __init__(self, plan: Plan, layout: Layout, on_progress: Callable[[Progress], None]) -> None:
        self._plan, self._layout, self._on_progress = plan, layout, on_progress
        sizes = {planned.number: planned.size for planned in plan.inputs}
        self._bytes = {
            unit.number: sum((r.end if r.end >= 0 else sizes[r.input]) - r.start for r in unit.ranges)
            for unit in plan.units
        }
        #: Such units, and how often what is stored of one goes into what it is read as.
        self._long = {
            unit.number: max(EXPANSION if plan.inputs[r.input].compression else 1 for r in unit.ranges)
            for unit in plan.units
            if sum(weight(plan.inputs[r.input]) for r in unit.ranges if r.end < 0) >= UNIT_BYTES
        }
        self._records: dict[int, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._look()

    def _poll(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            self._look()

    def _look(self) -> None:
        # One listing, and then only what is new: an object store is asked over a network.
        staged = pafs.FileSelector(self._layout.staging, allow_not_found=True)
        there = {info.path for info in self._layout.fs.get_file_info(staged)}
        for unit in self._plan.units:
            if unit.number in self._records or self._layout.summary(unit.number) not in there:
                continue
            summary = sealed(self._layout, unit.number)
            if summary is not None:
                self._records[unit.number] = sum(counts.records_in for counts in summary.inputs)
        self._on_progress(
            Progress(
                len(self._records),
                len(self._plan.units),
                sum(self._bytes[number] for number in self._records) + self._bytes_on_the_way(),
                sum(self._bytes.values()),
                sum(self._records.values()),
            )
        )

    def _bytes_on_the_way(self) -> int:
        """About how much of long units that are not sealed is done."""
        going = self._long.keys() - self._records.keys()
        if not going or not self._plan.recipients:
            return 0
        place = self._layout.staged_native(self._plan.recipients[0].name)
        staged = dict.fromkeys(going, 0)
        for info in self._layout.fs.get_file_info(pafs.FileSelector(place, allow_not_found=True)):
            unit = info.base_name.partition("-")[0]
            if unit.isdecimal() and int(unit) in staged:
                staged[int(unit)] += info.size
        return sum(min(size // self._long[unit], self._bytes[unit]) for unit, size in staged.items())
