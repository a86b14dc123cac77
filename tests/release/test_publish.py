"""Publishing: complete or not there, the same bytes however often it was killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from pyarrow.fs import LocalFileSystem

import pipeline.release.layout as layout_module
import pipeline.release.publish as publish_module
from pipeline.errors import ConfigurationError, RedactError
from pipeline.inputs import Progress
from pipeline.plan import Plan
from pipeline.release.layout import create_if_absent, whole_file
from pipeline.release.manifest import INSIDE, RunInfo
from pipeline.release.publish import publish, published
from pipeline.release.quarantine import is_refused
from pipeline.release.summary import UnitSummary, Verification, seal, sealed

INFO = RunInfo("2026-01-01T00:00:00Z", 1.0, "FnApiRunner", 1)


def files_of(root: Path) -> dict[str, str]:
    """Path -> digest of every file; manifests without what may differ."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name == "_manifest.json":
                data = json.dumps({k: v for k, v in json.loads(data).items() if k != "run_info"}).encode()
            found[path.relative_to(root).as_posix()] = hashlib.sha256(data).hexdigest()
    return found


def test_a_run_is_published_for_each_recipient(make_run: Callable[..., Any], tmp_path: Path) -> None:
    run = make_run()
    assert len(run.plan.units) > 2
    run.stage_all()
    outcome = publish(run.plan, run.layout, INFO)
    assert (outcome.totals.records_in, outcome.totals.records_out, outcome.refused) == (900, 900, ())
    for release in outcome.releases:
        native = Path(release.native)
        for name in ("in/router.log", "in/web/access.log", "in/empty.log"):
            assert (native / name).read_bytes() == (tmp_path / name).read_bytes(), name
        rows = duckdb.sql(f"select count(*), count(distinct date) from '{release.folder}/*/*.parquet'").fetchall()
        assert rows == [(900, 9)]
        manifest = release.manifest
        assert manifest is not None
        for file in manifest["files"]:
            data = (Path(release.folder) / file["path"]).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
        assert manifest["counts"] == {"IP_ADDRESS": {"pseudonymise": 3 * len(run.plan.units)}}
        assert sum(item["records_in"] for item in manifest["inputs"]) == 900
    assert not (tmp_path / "out" / "_staging").exists()
    assert published(run.plan, run.layout) == replace(outcome, already=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_publishing_tells_each_byte_that_it_joins_and_archives(make_run: Callable[..., Any], workers: int) -> None:
    run = make_run()
    run.stage_all()
    seen: list[Progress] = []
    outcome = publish(run.plan, run.layout, replace(INFO, workers=workers), seen.append)
    sizes = 0
    for release in outcome.releases:
        native = (path for path in Path(release.native).rglob("*") if path.is_file())
        parts = Path(release.folder).rglob("*.parquet")
        sizes += 2 * sum(path.stat().st_size for path in native) + sum(path.stat().st_size for path in parts)
    recipients = len(outcome.releases)
    assert seen[-1] == Progress(recipients, recipients, sizes, sizes, 900)
    before = [progress.bytes_done for progress in seen if progress.units_done < recipients]
    assert before == sorted(before) and before[-1] == sizes, "nothing is left for the end"


def test_the_archive_holds_all_that_is_sent_and_nothing_of_inside(make_run: Callable[..., Any], tmp_path: Path) -> None:
    run = make_run()
    run.stage_all()
    release = publish(run.plan, run.layout, INFO).releases[0]
    with tarfile.open(release.archive) as tar:
        names = tar.getnames()
        top = f"cisco-{run.plan.run_id}"
        assert all(name.startswith(f"{top}/") for name in names)
        assert {(m.mtime, m.uid, m.gid, m.uname) for m in tar.getmembers()} == {(0, 0, 0, "")}
        assert names[1:] == sorted(names[1:])
        assert tar.extractfile(f"{top}/in/router.log").read() == (tmp_path / "in/router.log").read_bytes()
        manifest = json.load(tar.extractfile(f"{top}/_manifest.json"))
    assert not set(INSIDE) & set(manifest)
    assert len(names) == 1 + 3 + len(manifest["files"])


def test_nothing_released_names_an_input_that_was_renamed_nor_its_folder(make_run, tmp_path: Path) -> None:
    run = make_run()
    run.stage_all()
    manifest = json.dumps(publish(run.plan, run.layout, INFO).releases[0].manifest)
    assert str(tmp_path / "in") not in manifest
    assert run.plan.inputs[0].fingerprint not in manifest


def test_two_runs_of_one_plan_give_the_same_bytes(make_run: Callable[..., Any], tmp_path: Path) -> None:
    one, two = make_run("one"), make_run("two")
    assert one.plan.run_id == two.plan.run_id, "the output folder is no part of the run's id"
    for run in (one, two):
        run.stage_all()
    publish(one.plan, one.layout, INFO)
    publish(two.plan, two.layout, replace(INFO, created="2027-01-01T00:00:00Z", seconds=9.0, workers=2))
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


class Killed(BaseException):
    """Stands for SIGKILL between two steps."""


STEPS = (
    "_move",
    "join_native",
    "_delete",
    "write_archive",
    "create_if_absent",
    "_remove",
    "clear_staging",
    "join_quarantine",
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("after", [False, True])
def test_a_run_killed_at_any_step_publishes_nothing_by_halves_and_is_completed(
    step: str, turn: int, after: bool, make_run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make_run("whole")
    whole.stage_all()
    publish(whole.plan, whole.layout, INFO)

    run = make_run("killed")
    run.stage_all()
    real, calls = getattr(publish_module, step), 0

    def dies(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == turn + 1 and not after:
            raise Killed
        result = real(*args)
        if calls == turn + 1:
            raise Killed
        return result

    with monkeypatch.context() as patch:
        patch.setattr(publish_module, step, dies)
        if step not in ("clear_staging", "join_quarantine") or turn == 0:
            with pytest.raises(Killed):
                publish(run.plan, run.layout, INFO)
    for recipient in run.plan.recipients:
        # Whoever sees a manifest sees a whole release.
        if (manifest := publish_module.read_manifest(run.layout, recipient.name)) is not None:
            folder = Path(run.layout.run_folder(recipient.name))
            assert all((folder / file["path"]).stat().st_size == file["bytes"] for file in manifest["files"])
            assert Path(run.layout.archive(recipient.name)).stat().st_size == manifest["archive"]["bytes"]
    if published(run.plan, run.layout) is None:
        for unit in run.plan.units:
            assert sealed(run.layout, unit.number) is not None, "a unit that is done is not done again"
        publish(run.plan, run.layout, INFO)
    publish_module.clear_staging(run.layout)
    assert files_of(tmp_path / "killed") == files_of(tmp_path / "whole")


KILLED_WHILE_WRITING = """
import os, signal, sys
import pipeline.release.layout as layout_module
from pipeline.plan import Plan
from pipeline.release.layout import open_layout
from pipeline.release.manifest import RunInfo
from pipeline.release.publish import publish

plan, left = Plan.from_json(open(sys.argv[1]).read()), int(sys.argv[2])
real = layout_module.DigestSink.write

def write(self, data):
    global left
    real(self, data)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return len(data)

layout_module.DigestSink.write = write
publish(plan, open_layout(plan.out, plan.run_id, plan.client.id), RunInfo("2026-01-01T00:00:00Z", 1.0, "x", 1))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without SIGKILL")
@pytest.mark.parametrize("writes", [1, 4, 9, 30, 45])
def test_kill_9_in_the_middle_of_a_write_leaves_no_half_file_and_no_trace(
    writes: int, make_run: Callable[..., Any], tmp_path: Path
) -> None:
    whole = make_run("whole")
    whole.stage_all()
    publish(whole.plan, whole.layout, INFO)

    run = make_run("killed")
    run.stage_all()
    (tmp_path / "plan.json").write_text(run.plan.to_json())
    root = str(Path(publish_module.__file__).parents[2])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING, str(tmp_path / "plan.json"), str(writes)],
        env={**os.environ, "PYTHONPATH": root},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    seen = files_of(tmp_path / "killed")
    expected = files_of(tmp_path / "whole")
    assert all(expected[path] == digest for path, digest in seen.items() if not path.startswith("_staging/"))
    publish(run.plan, run.layout, INFO)
    assert files_of(tmp_path / "killed") == expected


def test_leaks_are_quarantined_and_listed_inside_without_their_text(
    make_run: Callable[..., Any], tmp_path: Path
) -> None:
    run = make_run(max_quarantined=0.5)
    run.stage_all(lambda batch: np.arange(batch.records) % 100 == 3)
    outcome = publish(run.plan, run.layout, INFO)
    assert outcome.totals.records_in == outcome.totals.records_out + outcome.totals.quarantined["leak"]
    lines = [json.loads(line) for line in Path(outcome.quarantine).read_text().splitlines()]
    assert len(lines) == outcome.totals.quarantined["leak"]
    assert all(set(line) == {"input", "offset", "length", "reason"} for line in lines)
    assert {line["input"] for line in lines} <= set(run.plan.input_ids)
    assert "_inside" in outcome.quarantine


def test_a_recipient_above_its_limit_is_refused_and_others_are_not(
    make_run: Callable[..., Any], tmp_path: Path
) -> None:
    run = make_run()
    strict = replace(run.plan.recipients[0], max_quarantined=0.001)
    loose = replace(run.plan.recipients[1], max_quarantined=0.9)
    run = replace(run, plan=replace(run.plan, recipients=(strict, loose)))
    run.stage_all(lambda batch: np.arange(batch.records) % 10 == 3)
    outcome = publish(run.plan, run.layout, INFO)
    assert [release.recipient for release in outcome.refused] == ["cisco"]
    assert not (tmp_path / "out" / "cisco").exists()
    assert Path(outcome.releases[1].archive).exists()


@pytest.mark.parametrize(
    "leaks, records, limit, refused", [(9, 10, 0.01, False), (10, 1000, 0.01, False), (11, 1000, 0.01, True)]
)
def test_few_leaks_never_refuse(leaks: int, records: int, limit: float, refused: bool) -> None:
    assert is_refused(Verification(records, leaks), records, limit) is refused


def test_records_that_do_not_add_up_stop_the_run(make_run: Callable[..., Any], tmp_path: Path) -> None:
    run = make_run()
    run.stage_all()
    summary = sealed(run.layout, 0)
    counts = (replace(summary.inputs[0], records_out=summary.inputs[0].records_out - 1), *summary.inputs[1:])
    seal(run.layout, replace(summary, inputs=counts))
    with pytest.raises(RedactError, match="do not add up"):
        publish(run.plan, run.layout, INFO)
    assert not (tmp_path / "out" / "cisco").exists()


def test_a_unit_without_its_files_or_with_a_torn_seal_is_not_done(make_run: Callable[..., Any]) -> None:
    run = make_run()
    run.stage_all()
    assert UnitSummary.from_json(sealed(run.layout, 0).to_json()) == sealed(run.layout, 0)
    path = Path(run.layout.summary(0))
    path.write_text(path.read_text()[:-20])
    assert sealed(run.layout, 0) is None
    part = next(Path(run.layout.staged_parts("cisco")).glob("*/part-00001-*.parquet"))
    part.write_bytes(b"")
    assert sealed(run.layout, 1) is None
    with pytest.raises(RedactError, match="not done"):
        publish(run.plan, run.layout, INFO)


def test_a_part_that_changed_after_its_seal_is_not_published(make_run: Callable[..., Any]) -> None:
    run = make_run()
    run.stage_all()
    part = next(Path(run.layout.staged_parts("cisco")).glob("*/*.parquet"))
    data = bytearray(part.read_bytes())
    data[40] ^= 1
    part.write_bytes(data)
    with pytest.raises(RedactError, match="not what its seal says"):
        publish(run.plan, run.layout, INFO)
    assert publish_module.read_manifest(run.layout, "cisco") is None


def test_native_bytes_that_changed_after_their_seal_are_not_published(make_run: Callable[..., Any]) -> None:
    run = make_run()
    run.stage_all()
    segment = max(Path(run.layout.staged_native("cisco")).glob("*.bin"), key=lambda path: path.stat().st_size)
    data = bytearray(segment.read_bytes())
    data[7] ^= 1
    segment.write_bytes(data)
    with pytest.raises(RedactError, match="not what its seal says"):
        publish(run.plan, run.layout, INFO)
    assert publish_module.read_manifest(run.layout, "cisco") is None


def test_a_full_disk_is_told_with_its_mend_and_keeps_what_is_done(
    make_run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    run.stage_all()

    class Full(layout_module.DigestSink):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(layout_module, "DigestSink", Full)
        with pytest.raises(ConfigurationError, match="no room left; free some"):
            publish(run.plan, run.layout, INFO)
    publish(run.plan, run.layout, INFO)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    fs, path = LocalFileSystem(), f"{tmp_path}/x/a"
    with pytest.raises(ZeroDivisionError), whole_file(fs, path) as sink:
        sink.write(b"half")
        assert not Path(path).exists()
        raise ZeroDivisionError
    assert list((tmp_path / "x").iterdir()) == []


def test_a_name_does_not_make_a_file_compressed(make_run: Callable[..., Any], tmp_path: Path) -> None:
    """Arrow's streams go by the suffix unless they are told otherwise."""
    texts = {"notes.lz4": "nothing of anyone\n" * 20}
    run = make_run(texts=texts)
    run.stage_all()
    publish(run.plan, run.layout, INFO)
    with tarfile.open(run.layout.archive("cisco")) as tar:
        (name,) = (name for name in tar.getnames() if name.endswith(".lz4"))
        assert tar.extractfile(name).read() == texts["notes.lz4"].encode()  # type: ignore[union-attr]


def test_only_the_first_creates(tmp_path: Path) -> None:
    fs, path = LocalFileSystem(), f"{tmp_path}/m"
    unfinished = f"{tmp_path}/u"
    assert create_if_absent(fs, path, b"1", unfinished) and not create_if_absent(fs, path, b"2", unfinished)
    assert Path(path).read_bytes() == b"1" and list((tmp_path / "u").iterdir()) == []


def test_a_plan_survives_json_and_its_id_follows_what_matters(make_run: Callable[..., Any]) -> None:
    run = make_run()
    assert Plan.from_json(run.plan.to_json()) == run.plan
    assert make_run(recipients=("cisco",)).plan.run_id != run.plan.run_id
    assert make_run(unit_bytes=1 << 20).plan.run_id != run.plan.run_id
