"""The batch graph, on the real local runner, with an engine that only seals."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from apache_beam.internal.cloudpickle import cloudpickle

from pipeline.beam.batch import layout_of, run_batch, workers_for
from pipeline.errors import KeyProblem, RedactError
from pipeline.inputs import Input, Progress, Range, Unit
from pipeline.plan import Plan, PlannedClient, PlannedRecipient, make_plan
from pipeline.release.summary import InputCounts, UnitSummary, seal, sealed

# Worker processes cannot import a test module by its name: what stands here is sent as it is.
cloudpickle.register_pickle_by_value(sys.modules[__name__])

SECRET = "mhale@acme.example"


@dataclass(frozen=True)
class Sealing:
    """Seals each unit, and notes in a file that it was done and by which process."""

    plan: Plan

    def release(self, unit: Unit) -> UnitSummary:
        summary = UnitSummary(unit.number, (InputCounts(0, 5, 5, {}),), ())
        seal(layout_of(self.plan), summary)
        Path(self.plan.workspace, f"{unit.number}-{os.getpid()}-{os.urandom(4).hex()}").touch()
        return summary


@dataclass(frozen=True)
class Failing:
    """Fails at unit 2 in the way it is told."""

    plan: Plan
    error: Callable[[], Exception]

    def release(self, unit: Unit) -> UnitSummary:
        if unit.number == 2:
            raise self.error()
        return Sealing(self.plan).release(unit)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "done").mkdir()
    planned = Input(0, "a.log", str(tmp_path / "a.log"), 6 << 20, "text", "", "utf-8", 2026, 0, "f" * 64)
    units = [Unit(n, (Range(0, n << 20, n + 1 << 20),)) for n in range(6)]
    client = PlannedClient("acme", "c0ffee", "key1", "check1", 1, 1)
    return make_plan([planned], units, client, [], str(tmp_path / "out"), str(tmp_path / "done"), 1, b"k" * 32)


def done(plan: Plan) -> list[int]:
    return sorted(int(path.name.split("-")[0]) for path in Path(plan.workspace).iterdir())


def test_every_unit_is_sealed_once_and_progress_ends_complete(plan: Plan) -> None:
    seen: list[Progress] = []
    run_batch(plan, 1, [], seen.append, Sealing)
    assert done(plan) == [0, 1, 2, 3, 4, 5]
    assert seen[-1] == Progress(6, 6, 6 << 20, 6 << 20, 30)


@dataclass(frozen=True)
class Staging:
    """Stages a third of what a unit holds, and waits until that is seen."""

    plan: Plan

    def release(self, unit: Unit) -> UnitSummary:
        folder = Path(layout_of(self.plan).staged_native(self.plan.recipients[0].name))
        folder.mkdir(parents=True)
        (folder / f"{unit.number:05d}-0000.bin").write_bytes(bytes(20 << 20))
        (folder / f"_{unit.number:05d}-0001.bin.c0ffee.unfinished").write_bytes(bytes(1 << 20))
        until = time.monotonic() + 20
        while not Path(self.plan.out, "seen").exists() and time.monotonic() < until:
            time.sleep(0.05)
        return Sealing(self.plan).release(unit)


@pytest.mark.parametrize(("compression", "done"), [("", 20 << 20), ("gzip", (20 << 20) // 8)])
def test_a_unit_that_nothing_cuts_says_how_far_it_is(plan: Plan, compression: str, done: int) -> None:
    one = replace(plan.inputs[0], format="slack", size=60 << 20, compression=compression)
    recipient = PlannedRecipient("cisco", "c15c0", "maintenance and technical support", {}, "d" * 64, 0.01)
    plan = replace(plan, inputs=(one,), units=(Unit(0, (Range(0, 0, -1),)),), recipients=(recipient,))
    seen: list[Progress] = []

    def note(progress: Progress) -> None:
        seen.append(progress)
        if progress.bytes_done:
            Path(plan.out, "seen").touch()

    run_batch(plan, 1, [], note, Staging)
    assert Progress(0, 1, done, 60 << 20, 0) in seen
    assert seen[-1].bytes_done == 60 << 20


def test_units_that_are_sealed_are_not_done_again(plan: Plan) -> None:
    run_batch(plan, 1, [], lambda progress: None, Sealing)
    Path(layout_of(plan).summary(3)).unlink()
    run_batch(plan, 1, [], lambda progress: None, Sealing)
    assert done(plan) == [0, 1, 2, 3, 3, 4, 5]


def test_workers_are_processes_of_their_own_and_say_nothing(plan: Plan, capfd: pytest.CaptureFixture[str]) -> None:
    run_batch(plan, 2, [], lambda progress: None, Sealing)
    assert capfd.readouterr() == ("", "")
    assert done(plan) == [0, 1, 2, 3, 4, 5]
    assert str(os.getpid()) not in {path.name.split("-")[1] for path in Path(plan.workspace).iterdir()}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_ours_comes_back_as_itself(plan: Plan, workers: int) -> None:
    with pytest.raises(KeyProblem, match="^key k1: not the one of the plan$") as raised:
        run_batch(
            plan, workers, [], lambda progress: None,
            lambda p: Failing(p, lambda: KeyProblem("key k1: not the one of the plan")),
        )  # fmt: skip
    assert raised.value.exit_code == 5
    assert sealed(layout_of(plan), 2) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_no_other_error_brings_its_text_out(
    plan: Plan, workers: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(RedactError, match=r"^unit 2: ValueError at test_batch.py:\d+; this is a defect$") as raised:
        run_batch(
            plan, workers, [], lambda progress: None, lambda p: Failing(p, lambda: ValueError(f"cannot read {SECRET}"))
        )
    printed = capfd.readouterr()
    chain = f"{raised.value} {raised.value.__cause__}"
    assert SECRET not in printed.out + printed.err + caplog.text + chain


def test_an_engine_that_does_not_open_fails_the_run_with_its_own_error(plan: Plan) -> None:
    def refuse(plan: Plan) -> Sealing:
        raise KeyProblem("no key")

    with pytest.raises(KeyProblem, match="^no key$"):
        run_batch(plan, 1, [], lambda progress: None, refuse)


def test_a_unit_left_undone_is_an_error(plan: Plan) -> None:
    class Idle(Sealing):
        def release(self, unit: Unit) -> UnitSummary:
            return UnitSummary(unit.number, (), ())

    with pytest.raises(RedactError, match="6 units were left undone"):
        run_batch(plan, 1, [], lambda progress: None, Idle)


def test_small_inputs_are_not_worth_processes(plan: Plan) -> None:
    assert workers_for(plan) == 1
