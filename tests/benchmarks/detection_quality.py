"""How much of the labelled identifiers in real material a release for `vendor`, or another profile, replaces.

    python -m tests.benchmarks.detection_quality CASES.jsonl --predictions OUT.jsonl [--dataset logs|transcripts]
        [--profile PROFILE] [--score SCORE.PY]

Each case is read as one sniffed input, detected and redacted as a run over it alone would be, and what that run
*edits* is written as a prediction: spans in characters of the case's text. Caches start anew with each case, so that
no case profits from what stood in another. The summary is the one of ``SCORE.PY CASES OUT`` where that is given
(plain, then --distinct); else leak recall and kept are counted here in the same way, with Wilson bounds of 95 %.

What stands between two leaves of one e-mail address, URL or Windows account (``@``, ``\\``, ``://``) is no edit, yet is
part of the labelled value: a compound of which every leaf is edited counts as edited from end to end. So does one in
which some are and the others' pseudonyms are themselves (the ``noreply`` of ``noreply@host-kq7.com``), as a host's name
does of which a label (``mail``) stays. With --bytes only bytes that change count.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner
from pipeline.detection.unknown import UnknownWords
from pipeline.detection.values import Findings, Kind
from pipeline.inputs import Input, Range, Unit, find_inputs, read_unit
from pipeline.policy.compiled import compile_policy
from pipeline.policy.model import load_profile, profile_names
from pipeline.records import Batch, Edits
from pipeline.redaction import Redactor
from pipeline.surrogates.keystore import Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from pipeline.unit import recognizers_for
from recognizers.entities import ENTITIES

#: Our entities -> the cases' types, where the names differ.
TYPES = {
    "EMAIL_ADDRESS": "EMAIL",
    "FILE_HASH": "HASH",
    "WINDOWS_SID": "SID",
    "UUID": "DEVICE_ID",
    "IMEI": "DEVICE_ID",
    "IMSI": "DEVICE_ID",
    "ICCID": "DEVICE_ID",
    "MEID": "DEVICE_ID",
    "SERIAL_NUMBER": "DEVICE_ID",
    "CREDENTIAL": "SECRET",
    "COOKIE": "SECRET",
    "PHONE_NUMBER": "PHONE",
    "STREET_ADDRESS": "ADDRESS",
    "POSTAL_CODE": "ADDRESS",
}
Span = tuple[int, int, str]


class Product:
    """What a worker builds for a profile, once for all cases."""

    def __init__(self, folder: Path, profile: str) -> None:
        key = Keystore.create(folder / "keys", RootKey.create(folder / "root.key")).new_client("client")
        policy = compile_policy(load_profile(profile))
        self.scanner = Scanner(recognizers_for([policy]), unknown=UnknownWords() if policy.masks_unknown else None)
        space = SurrogateSpace(key, profile, **policy.space_options)
        self.redactor = Redactor(policy, space, self.scanner)

    def spans(self, inputs: list[Input], place: Input, compounds: bool) -> Iterator[Span]:
        """What a run over one input edits: (start, end) in bytes of the input, and the entity."""
        self.scanner.forget()
        self.redactor.forget()
        whole = Unit(0, (Range(place.number, 0, -1 if place.sequential else place.size),))
        batches = [found for found in read_unit(inputs, whole) if isinstance(found, Batch)]
        found, _ = detect(self.scanner, batches, self.redactor.keeps)
        for batch, findings in zip(batches, found, strict=True):
            edits = self.redactor.edits(batch, findings)
            for start, end, entity in self._edited(findings, edits, compounds):
                record = int(np.searchsorted(batch.record_end, start, side="right"))
                shift = int(batch.record_offset[record] - batch.record_start[record])
                yield start + shift, end + shift, entity

    def _edited(self, findings: Findings, edits: Edits, compounds: bool) -> Iterator[Span]:
        entity_of = self.scanner.values.columns()[0]
        part = findings.kind != Kind.HOLDER
        entity = entity_of[findings.value]
        start, end, ids = findings.start[part], findings.end[part], entity[part]
        same = self.redactor.keeps(findings.value[part])
        changed = np.zeros(int(max(findings.end.max(initial=0), edits.end.max(initial=0))), np.bool_)
        for a, b in zip(edits.start.tolist(), edits.end.tolist(), strict=True):
            changed[a:b] = True
            within = ids[(start < b) & (end > a)]
            yield a, b, self.scanner.vocabulary.names[int(within.min())] if len(within) else "FIELD"
        if not compounds:
            return
        for row in np.flatnonzero(~part).tolist():
            a, b = int(findings.start[row]), int(findings.end[row])
            leaves = np.flatnonzero((start >= a) & (end <= b))
            edited = np.array([changed[start[n] : end[n]].all() for n in leaves], np.bool_)
            if ENTITIES[int(entity[row])] == "ORGANIZATION":
                continue  # a description, which is read for the names in it
            if edited.any() and (edited | same[leaves]).all():
                yield a, b, ENTITIES[int(entity[row])]


def predicted(text: str, spans: Iterator[Span]) -> list[dict[str, Any]]:
    """Spans in bytes of the UTF-8 text as spans in its characters."""
    raw = text.encode("utf-8", "surrogatepass")
    place = np.cumsum((np.frombuffer(raw, np.uint8) & 0xC0) != 0x80) - 1
    place = np.append(place, len(text))
    return [
        {"start": int(place[a]), "end": int(place[b]), "type": TYPES.get(entity, entity)}
        for a, b, entity in sorted(set(spans))
    ]


def write_predictions(cases: list[dict[str, Any]], path: Path, compounds: bool, profile: str, dataset: str) -> None:
    """One prediction for each case."""
    with tempfile.TemporaryDirectory() as name, path.open("w", encoding="utf-8") as out:
        folder = Path(name)
        logs = folder / "cases"
        logs.mkdir()
        for n, case in enumerate(cases):
            (logs / f"{n:06d}.log").write_bytes(case["text"].encode("utf-8", "surrogatepass"))
        inputs, unreadable = find_inputs([str(logs)], out=None, dataset=dataset)
        for item in unreadable:
            print(f"{cases[int(Path(item.name).stem)]['id']}: not read: {item.reason}", file=sys.stderr)
        product = Product(folder, profile)
        by_case = {int(Path(item.name).stem): item for item in inputs}
        for n, case in enumerate(cases):
            spans = product.spans(inputs, by_case[n], compounds) if n in by_case else iter(())
            out.write(json.dumps({"id": case["id"], "spans": predicted(case["text"], spans)}) + "\n")


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, scale = hits / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / scale
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def summary(cases: list[dict[str, Any]], path: Path, distinct: bool) -> Iterator[str]:
    """Leak recall by type of the values that are not weak, the share of harmless values that were kept, and that of all
    words without a label that were."""
    with path.open(encoding="utf-8") as file:
        spans = {row["id"]: row["spans"] for row in map(json.loads, file)}
    caught: dict[str, dict[Any, bool]] = {}
    kept: list[bool] = []
    words, whole_words = 0, 0
    for case in cases:
        touched = np.zeros(len(case["text"]), np.bool_)
        for span in spans[case["id"]]:
            touched[span["start"] : span["end"]] = True
        blank = np.array([c.isspace() for c in case["text"]], np.bool_)
        for n, truth in enumerate(case["truth"]):
            if not truth.get("weak"):
                key = truth["value"].lower() if distinct else (case["id"], n)
                whole = all((touched[a:b] | blank[a:b]).all() for a, b in truth["spans"])
                of_type = caught.setdefault(truth["type"], {})
                of_type[key] = of_type.get(key, True) and whole
        labelled = np.zeros(len(case["text"]), np.bool_)
        for a, b in (span for truth in case["truth"] for span in truth["spans"]):
            labelled[a:b] = True
        for word in re.finditer(r"\S+", case["text"]):
            if not labelled[word.start() : word.end()].any():
                words += 1
                whole_words += not touched[word.start() : word.end()].any()
        kept += [not any(touched[a:b].any() for a, b in item["spans"]) for item in case.get("keep", ())]
    rows = [(name, sum(values.values()), len(values)) for name, values in sorted(caught.items())]
    for name, hits, of in [*rows, ("kept", sum(kept), len(kept)), ("words kept", whole_words, words)]:
        low, high = wilson(hits, of)
        yield f"{name:<16}{of:>7}  {hits / max(of, 1):6.1%} [{low:.1%}, {high:.1%}]" + "  few" * (of < 50)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--dataset", choices=("logs", "transcripts"), default="logs")
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--profile", choices=profile_names(), default="vendor", help="whose edits count")
    parser.add_argument("--score", type=Path, help="score.py, which then makes the summary")
    parser.add_argument("--bytes", action="store_true", help="count only bytes that change")
    args = parser.parse_args()
    with args.cases.open(encoding="utf-8") as file:
        cases = [json.loads(line) for line in file if line.strip()]
    write_predictions(cases, args.predictions, not args.bytes, args.profile, args.dataset)
    for distinct in (False, True):
        print("distinct" if distinct else "plain", flush=True)
        if args.score:
            options = ["--distinct"] if distinct else []
            command = [sys.executable, str(args.score), str(args.cases), str(args.predictions), *options]
            subprocess.run(command, check=True)
        else:
            print("\n".join(summary(cases, args.predictions, distinct)))


if __name__ == "__main__":
    main()
