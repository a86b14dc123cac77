"""Transcripts that were redacted where they stand open in their own readers, and say the same to them but for names."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from presidio_analyzer.nlp_engine import NlpArtifacts

from pipeline.detection.originals import originals_of
from pipeline.detection.propagation import propagate
from pipeline.detection.prose import ProseReader
from pipeline.detection.scanner import Scanner
from pipeline.detection.unknown import UnknownWords
from pipeline.formats.mapped_json import SHIPPED
from pipeline.inputs import find_inputs, plan_units, read_unit
from pipeline.kernels.splice import splice_records
from pipeline.policy.compiled import compile_policy
from pipeline.policy.model import load_profile
from pipeline.records import Batch
from pipeline.redaction import Redactor
from pipeline.surrogates.keystore import Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from recognizers.registry import all_recognizers

CORPORA = Path(__file__).parent / "corpora"
NAMES = ("webvtt", "srt", "dialogue", "html", *SHIPPED)
PROFILES = ("vendor", "vendor-strict")
#: Names that a speaker's field declares in the corpora.
DECLARED = re.compile(rb"Jane Doe|Bob Lee|bob_77|jane@example\.com")


class Silent:
    """An engine that finds no names: what a format declares is replaced without one."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return NlpArtifacts([], [], [], [], self, language)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=PROFILES)
def redacted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[bytes, bytes]]:
    """Each corpus as it is and as one recipient gets it."""
    folder = tmp_path_factory.mktemp(request.param)
    store = Keystore.create(folder / "keys", RootKey.create(folder / "root.key"))
    policy = compile_policy(load_profile(request.param))
    unknown = UnknownWords(()) if policy.masks_unknown else None
    scanner = Scanner(all_recognizers(), unknown=unknown, prose=ProseReader(Silent))  # type: ignore[arg-type]
    redactor = Redactor(policy, SurrogateSpace(store.new_client("acme"), "cisco"), scanner)
    out = {}
    for name in NAMES:
        raw = (CORPORA / f"{name}.log").read_bytes()
        (folder / name).write_bytes(raw)
        inputs, _ = find_inputs([str(folder / name)], out=None, format=name)
        (batch,) = read_unit(inputs, plan_units(inputs)[0])
        assert isinstance(batch, Batch)
        found = scanner.scan(batch)
        originals = originals_of(scanner.values, [found], redactor.keeps)
        findings = propagate(batch, found, scanner, originals, scanner.pattern("elsewhere"))
        edits = redactor.edits(batch, scanner.with_unknown(batch, findings))
        out[name] = raw, splice_records(batch, edits, np.ones(batch.records, np.bool_)).data.tobytes()
    return out


@pytest.mark.parametrize("name", NAMES)
def test_who_speaks_is_replaced(name: str, redacted: dict[str, tuple[bytes, bytes]]) -> None:
    before, after = redacted[name]
    assert before != after
    if name != "html":  # where no name is declared
        assert set(DECLARED.findall(before)) and DECLARED.findall(after) == []


def shape(value: Any) -> Any:
    """Keys and kinds of values; a number that was replaced may be a text."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return None if value is None or isinstance(value, bool) else "value"


def documents(raw: bytes) -> list[Any]:
    text, found, at = raw.decode("utf-8-sig"), [], 0
    while at < len(text.rstrip()):
        value, at = json.JSONDecoder().raw_decode(text, at)
        found.append(shape(value))
        at += len(text) - at - len(text[at:].lstrip())
    return found


@pytest.mark.parametrize("name", SHIPPED)
def test_an_export_is_json_of_the_same_shape(name: str, redacted: dict[str, tuple[bytes, bytes]]) -> None:
    before, after = redacted[name]
    if name == "zendesk":  # what follows is no JSON
        before, after = (b"".join(raw.splitlines(keepends=True)[:3]) for raw in (before, after))
    assert documents(before) == documents(after)


@pytest.mark.parametrize("name", ["webvtt", "srt"])
def test_captions_keep_their_cues_and_times(name: str, redacted: dict[str, tuple[bytes, bytes]]) -> None:
    def cues(raw: bytes) -> list[tuple[str, int]]:
        blocks = re.split(r"\n\s*\n\s*", raw.decode().replace("\r\n", "\n"))
        timed = [re.search(r"^([\d:.,]+ --> [\d:.,]+).*$", block, re.MULTILINE) for block in blocks]
        return [(time[1], block.count("<v")) for block, time in zip(blocks, timed, strict=True) if time]

    before, after = redacted[name]
    assert len(cues(before)) >= 5
    assert cues(before) == cues(after)
    assert before.startswith(b"WEBVTT") == after.startswith(b"WEBVTT")


def test_lines_of_a_chat_stay_lines(redacted: dict[str, tuple[bytes, bytes]]) -> None:
    before, after = redacted["dialogue"]
    for mark in (rb"\n", rb"(?m)^[\[(]", rb"(?m)^\* ", rb"-!-", rb"(?m): "):
        assert len(re.findall(mark, before)) == len(re.findall(mark, after))


def test_a_page_keeps_its_tags(redacted: dict[str, tuple[bytes, bytes]]) -> None:
    def tags(raw: bytes) -> list[str]:
        found: list[str] = []
        reader = HTMLParser()
        reader.handle_starttag = lambda tag, attributes: found.append(tag)  # type: ignore[method-assign]
        reader.handle_endtag = lambda tag: found.append("/" + tag)  # type: ignore[method-assign]
        reader.feed(raw.decode())
        return [tag for tag in found if tag.strip("/") != "custom"]

    before, after = redacted["html"]
    assert tags(before) == tags(after)
