"""What workers of a cluster are told."""

from __future__ import annotations

import json
import time

from apache_beam.runners.worker.data_plane import ClosableOutputStream

from pipeline.beam.boot import EXPERIMENTS, HELD, with_held


def test_beams_python_worker_sends_half_an_element_where_it_sends_by_the_clock() -> None:
    sent: list[bytes] = []
    stream = ClosableOutputStream.create(None, sent.append, 10)
    stream.write(b"the first half of an element, ")
    time.sleep(0.2)
    stream.close()
    assert sent[0] == b"the first half of an element, "


def test_a_python_worker_is_never_told_to_send_by_the_clock() -> None:
    options = json.dumps({EXPERIMENTS: [f"{HELD}=50", "beam_fn_api"], "beam:option:streaming:v1": True})
    told = json.loads(with_held(options, 0))
    assert told == {EXPERIMENTS: ["beam_fn_api"], "beam:option:streaming:v1": True}


def test_a_java_worker_is_told_once() -> None:
    assert json.loads(with_held("{}", 50)) == {EXPERIMENTS: [f"{HELD}=50"]}
    options = json.dumps({EXPERIMENTS: [f"{HELD}=200", "beam_fn_api"]})
    assert json.loads(with_held(options, 50)) == {EXPERIMENTS: ["beam_fn_api", f"{HELD}=50"]}
