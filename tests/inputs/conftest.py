"""Inputs as they are found, archives unpacked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.inputs import Input, find_inputs

Found = tuple[dict[str, Input], list[tuple[str, str]]]


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., Found]:
    """Finds inputs, archives unpacked; gives inputs by name, and name and reason of what is not read."""

    def find(*arguments: Any, **options: Any) -> Found:
        place = tmp_path / "spool"
        place.mkdir(exist_ok=True)
        inputs, unreadable = find_inputs([str(a) for a in arguments], out=None, **{"spool": str(place), **options})
        assert [item.number for item in inputs] == list(range(len(inputs)))
        return {item.name: item for item in inputs}, [(item.name, item.reason) for item in unreadable]

    return find


@pytest.fixture
def look(tmp_path: Path, found: Callable[..., Found]) -> Callable[..., Found]:
    """Finds what stands in an archive of this content."""

    def find(data: bytes, name: str = "b", **options: Any) -> Found:
        (tmp_path / name).write_bytes(data)
        return found(tmp_path / name, **options)

    return find
