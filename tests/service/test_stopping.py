"""A loop is told to end whatever it is doing when a signal comes."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import pytest

from pipeline.service.stopping import Stop


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_that_comes_while_it_waits_is_no_deadlock() -> None:
    stop = Stop()
    before = signal.signal(signal.SIGALRM, lambda *caught: stop.set())
    draw = random.Random(5)
    try:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            stop = Stop()
            signal.setitimer(signal.ITIMER_REAL, draw.random() * 1e-4 + 1e-6)
            for _ in range(6):
                stop.wait(1e-6)
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_whoever_waits_is_woken_and_it_stays_told() -> None:
    stop = Stop()
    assert not stop.wait(0.001) and not stop.is_set()
    threading.Timer(0.05, stop.set).start()
    began = time.monotonic()
    assert stop.wait(30) and time.monotonic() - began < 10
    assert stop.is_set() and stop.wait(30)
