"""Kernels without numba's runtime make no arrays and return none; what was compiled is what the sources say."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from numba import TypingError

from pipeline.kernels import compiling
from pipeline.kernels.compiling import compiled

ROOMS = [Path(__file__).parents[2] / "pipeline" / room for room in ("kernels", "captures", "rewriting")]


def kernels() -> list[ast.FunctionDef]:
    trees = [ast.parse(path.read_text()) for room in ROOMS for path in sorted(room.glob("*.py"))]
    functions = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [f for f in functions if {ast.unparse(d) for d in f.decorator_list} & {"compiled", "inlined"}]


def names(nodes: Iterable[ast.AST]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def returned(function: ast.FunctionDef) -> set[str]:
    """Names that stand by themselves in what is returned."""
    values = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
    return names(part for value in values for part in (value.elts if isinstance(value, ast.Tuple) else [value]))


def arrays(function: ast.FunctionDef) -> set[str]:
    """Names that something is looked up in, and those of slices."""
    nodes = list(ast.walk(function))
    looked = names(node.value for node in nodes if isinstance(node, ast.Subscript))
    sliced = [
        node.targets
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Subscript)
        and isinstance(node.value.slice, ast.Slice)
    ]
    return looked | names(target for targets in sliced for target in targets)


def test_no_kernel_returns_an_array_that_nobody_counts() -> None:
    assert len(kernels()) > 200
    assert [f.name for f in kernels() if returned(f) & arrays(f)] == []


def test_a_kernel_that_makes_an_array_is_not_compiled() -> None:
    @compiled
    def makes(size):  # type: ignore[no-untyped-def]
        return np.empty(size, np.uint8).sum()

    with pytest.raises(TypingError, match="empty"):
        makes(3)


KERNEL = """
from pipeline.kernels.compiling import compiled
from pipeline.numbers import (
    OTHER,
)

@compiled
def number():
    return OTHER
"""


def test_what_was_compiled_is_not_used_once_a_constant_of_another_module_has_changed(tmp_path: Path) -> None:
    room = tmp_path / "pipeline" / "kernels"
    room.mkdir(parents=True)
    for package in (room, room.parent):
        (package / "__init__.py").touch()
    shutil.copy(compiling.__file__, room)
    (room / "numbers_of_rows.py").write_text(KERNEL)
    (tmp_path / "pipeline" / "numbers.py").write_text("from pipeline.origin import FIRST\nOTHER = FIRST\n")
    told = (
        "from pipeline.kernels.compiling import is_kept; from pipeline.kernels.numbers_of_rows import number;"
        "print(is_kept(number), number(), is_kept(number))"
    )
    seen = []
    for first in (1, 1, 2):
        (tmp_path / "pipeline" / "origin.py").write_text(f"FIRST = {first}\n")
        done = subprocess.run(
            [sys.executable, "-B", "-c", told], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        seen.append(done.stdout.strip())
    assert seen == ["False 1 True", "True 1 True", "False 2 True"]
