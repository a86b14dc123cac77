"""The house's laws: which room may use which, and what no file may hold (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for room in ("pipeline", "recognizers", "configs", "tests") for path in (ROOT / room).rglob("*.py")
)
LONGEST_FILE = 400
#: Packages that come with another one and whose classes are part of its interface.
PART_OF = {"pydantic-core": "pydantic", "grpcio": "apache-beam", "botocore": "boto3"}
GROUND = {"pipeline.records", "pipeline.errors", "pipeline.files", "pipeline.kernels"}

#: room -> the rooms it may import, beside itself and the ground on which all stand.
MAY_IMPORT: dict[str, set[str]] = {
    "configs": set(),
    "recognizers": set(),
    "pipeline.errors": set(),
    "pipeline.files": set(),
    "pipeline.records": {"recognizers"},
    "pipeline.kernels": {"recognizers"},
    "pipeline.formats": {"recognizers"},
    "pipeline.captures": {"recognizers", "pipeline.surrogates"},
    "pipeline.inputs": {"pipeline.captures", "pipeline.formats"},
    "pipeline.detection": {"recognizers"},
    "pipeline.policy": {"recognizers", "configs", "pipeline.surrogates"},
    "pipeline.surrogates": {"recognizers"},
    "pipeline.operators": {"recognizers", "pipeline.policy", "pipeline.surrogates"},
    "pipeline.redacted_keys": set(),
    "pipeline.redacted_times": {"pipeline.policy", "pipeline.surrogates"},
    "pipeline.replacements": {"pipeline.policy"},
    "pipeline.redaction": {
        "recognizers",
        "pipeline.redacted_keys",
        "pipeline.redacted_times",
        "pipeline.replacements",
        "pipeline.detection",
        "pipeline.policy",
        "pipeline.surrogates",
    },
    "pipeline.verification": {
        "recognizers",
        "pipeline.detection",
        "pipeline.formats",
        "pipeline.policy",
        "pipeline.redaction",
        "pipeline.surrogates",
    },
    "pipeline.rewriting": {
        "recognizers",
        "pipeline.captures",
        "pipeline.detection",
        "pipeline.policy",
        "pipeline.redaction",
        "pipeline.release",
        "pipeline.surrogates",
        "pipeline.verification",
    },
    "pipeline.own_recognizers": {"recognizers", "pipeline.detection", "pipeline.policy"},
    "pipeline.survey": {
        "recognizers",
        "pipeline.captures",
        "pipeline.detection",
        "pipeline.inputs",
        "pipeline.rewriting",
    },
    "pipeline.plan": {"pipeline.inputs", "pipeline.policy", "pipeline.surrogates", "recognizers"},
    "pipeline.release": {"pipeline.captures", "pipeline.formats", "pipeline.inputs", "pipeline.plan"},
    "pipeline.issued": {
        "recognizers",
        "pipeline.policy",
        "pipeline.redaction",
        "pipeline.release",
        "pipeline.replacements",
        "pipeline.surrogates",
    },
    "pipeline.governance": {"recognizers", "pipeline.surrogates"},
    "pipeline.demo": set(),
    "pipeline.memory": set(),
}
#: Rooms that put the others together: all above, but never each other save in this order.
ASSEMBLY = (
    "pipeline.readback",
    "pipeline.tally",
    "pipeline.capture_unit",
    "pipeline.unit",
    "pipeline.service",
    "pipeline.beam",
    "pipeline.cli",
)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] != "pipeline" else ".".join(parts[:2])


def imported_modules(path: Path) -> Iterator[str]:
    """Every module that a file names in an import statement, wherever it stands, lazily imported ones included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides the room it comes from"
            assert node.module is not None
            if node.module == "pipeline":
                yield from (f"pipeline.{alias.name}" for alias in node.names)
            else:
                yield node.module


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


HOUSE = [path for path in SOURCES if path.relative_to(ROOT).parts[0] != "tests"]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", HOUSE, ids=named)
def test_imports_point_one_way(path: Path) -> None:
    module = module_of(path)
    room = room_of(module)
    if module in ("pipeline.__init__", "configs.__init__"):
        return
    if room in ASSEMBLY:
        allowed = set(MAY_IMPORT) | set(ASSEMBLY[: ASSEMBLY.index(room)])
    else:
        assert room in MAY_IMPORT, f"{room} is a new room: give it its place in docs/architecture.md and in this table"
        allowed = MAY_IMPORT[room] | (GROUND if room.startswith("pipeline.") else set())
    used = {room_of(name) for name in imported_modules(path) if name.split(".")[0] in ("pipeline", "recognizers")}
    assert used - allowed - {room} == set()


@pytest.mark.parametrize("path", HOUSE, ids=named)
def test_only_beams_room_knows_beam_and_only_kernels_and_captures_know_numba(path: Path) -> None:
    room = room_of(module_of(path))
    packages = {name.split(".")[0] for name in imported_modules(path)}
    assert "apache_beam" not in packages or room == "pipeline.beam"
    assert "numba" not in packages or room in ("pipeline.kernels", "pipeline.captures")


def test_every_package_that_is_imported_is_declared_and_explained() -> None:
    setup = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    declared = {
        re.split(r"[<>=]", item.value)[0].lower().replace("_", "-")
        for node in ast.walk(setup)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List)
        for item in node.value.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }
    distributions = packages_distributions()
    imported = {name.split(".")[0] for path in SOURCES for name in imported_modules(path)}
    foreign = imported - sys.stdlib_module_names - {"pipeline", "recognizers", "configs", "tests", "conftest"}
    local = {path.stem for path in SOURCES}
    needed = {distributions[name][0].lower().replace("_", "-") for name in foreign - local if name in distributions}
    assert {PART_OF.get(name, name) for name in needed} - declared == set()
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    assert [name for name in sorted(declared) if f"`{name}`" not in explained] == []


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_is_a_room_with_one_subject(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert path.stem not in ("utils", "helpers", "common", "misc", "util", "helper")


@pytest.mark.parametrize("path", HOUSE, ids=named)
def test_nothing_unfinished_and_nothing_that_fails_open(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X:", "Not" + "ImplementedError"):
        assert word not in text, f"{word} in {named(path)}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{named(path)}:{node.lineno}: a bare except"
            quiet = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            lets_through = len(node.body) == 1 and isinstance(node.body[0], ast.Pass | ast.Continue)
            assert not (quiet and lets_through), f"{named(path)}:{node.lineno}: swallows every error"


def test_the_readmes_two_commands_are_the_ones_that_are_checked() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    check = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in (
        "python3 -m venv .venv && . .venv/bin/activate && pip install . && redact demo",
        "pip install '.[test]' && pytest",
    ):
        assert command in readme
        assert command in check


def test_help_comes_without_the_heavy_libraries() -> None:
    """What makes ``redact --help`` quick: a time would depend on the machine, this does not."""
    code = "import sys, pipeline.cli.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"apache_beam", "numba", "pyarrow", "numpy", "presidio_analyzer", "spacy", "hyperscan", "pydantic"}
    heavy |= {"starlette", "uvicorn", "prometheus_client", "sqlite3"}
    assert heavy & set(loaded) == set()
