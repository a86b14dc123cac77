"""Native files: joined from what units staged, which then goes, and held to what was sealed until they are packed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pipeline.release.publish as publish_module
from pipeline.errors import RedactError
from pipeline.release.manifest import RunInfo
from pipeline.release.publish import publish
from pipeline.release.summary import sealed

INFO = RunInfo("2026-01-01T00:00:00Z", 1.0, "FnApiRunner", 1)


class Killed(BaseException):
    """Stands for SIGKILL between two steps."""


def test_what_is_joined_is_staged_no_longer_and_held_to_its_seals_by_the_next_attempt(
    make_run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    run.stage_all()
    segments = {
        path: [piece.name for piece in own.native if piece.path == path]
        for unit in run.plan.units
        if (summary := sealed(run.layout, unit.number))
        for own in summary.recipients[:1]
        for path in {piece.path for piece in own.native}
    }
    alone = {path for path, names in segments.items() if len(set(names)) == 1}
    assert alone, "some segment is of one input"

    def killed(*_: Any) -> None:
        raise Killed

    name = run.plan.recipients[0].name
    with monkeypatch.context() as patch:
        patch.setattr(publish_module, "write_archive", killed)
        with pytest.raises(Killed):
            publish(run.plan, run.layout, INFO)
    left = {path.name for path in Path(run.layout.staged_native(name)).iterdir()}
    assert left == set(segments) - alone
    (joined, *_) = (segments[path][0] for path in sorted(alone))
    path = Path(run.layout.native_folder(name)) / joined
    data = path.read_bytes()
    path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    with pytest.raises(RedactError, match="not what its seals say; delete it"):
        publish(run.plan, run.layout, INFO)
    path.write_bytes(data[:-1])
    with pytest.raises(RedactError, match="not what its seal says; delete"):
        publish(run.plan, run.layout, INFO)
    path.unlink()
    assert None in [sealed(run.layout, unit.number) for unit in run.plan.units], "its units are done again"
    path.write_bytes(data)
    publish(run.plan, run.layout, INFO)
    assert publish_module.read_manifest(run.layout, name) is not None


def test_a_native_file_that_changes_while_it_is_published_is_not_archived(
    make_run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    run.stage_all()
    join = publish_module.join_native

    def faulty(layout: Any, recipient: str, form: str, pieces: Any, count: Any) -> Any:
        file, checksum = join(layout, recipient, form, pieces, count)
        path = Path(layout.native_folder(recipient)) / file.path
        path.write_bytes(path.read_bytes()[::-1])
        return file, checksum

    monkeypatch.setattr(publish_module, "join_native", faulty)
    with pytest.raises(RedactError, match="not what its seal says"):
        publish(run.plan, run.layout, INFO)
    assert publish_module.read_manifest(run.layout, "cisco") is None
