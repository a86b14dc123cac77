"""Kernels without numba's runtime make no arrays and return none."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from numba import TypingError

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
