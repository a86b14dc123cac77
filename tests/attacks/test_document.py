"""docs/privacy.md is complete, and names what there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pipeline.policy.actions import Action
from recognizers.entities import NAMESPACES

ROOM = Path(__file__).parent
PAGE = (ROOM.parents[1] / "docs" / "privacy.md").read_text()


def test_every_test_that_is_named_is_there_and_measures_what_a_row_states() -> None:
    functions = {
        node.name: [argument.arg for argument in node.args.args]
        for path in ROOM.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    in_rows = set(re.findall(r"\| `(test_\w+)` \|$", PAGE, re.MULTILINE))
    assert named - set(functions) == set()
    assert {name for name, arguments in functions.items() if "stated" in arguments} == in_rows


def test_every_action_and_namespace_has_a_line() -> None:
    for action in Action:
        assert f"\n| `{action.name.lower()}` |" in PAGE
    first_cells = " ".join(re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE))
    assert {n for n in NAMESPACES.values() if f"`{n}`" not in first_cells} == set()
