"""Packets that wait for a layer to be read, and how a compiled reader takes them up and leaves them.

Compiling all that captures may hold takes minutes, and a capture holds a few protocols. So each family of layers has a
reader of its own (``readers.py``), compiled when the first packet comes to it; between them a packet is a row of
numbers: which layer, where it stands, and the state.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.fields import CUT, OVERFLOW, PACKET, ROWS_USED, STATES, SUMS_USED
from pipeline.captures.packets import Packets
from pipeline.kernels.compiling import compiled
from pipeline.records import Int64

#: Columns of jobs: the layer to be read, where it stands, how many layers were read, whether the last reader claimed
#: anything, how many applications were tried, the first and the last run of the packet's claims; then the state.
LAYER, AT, STOP, DEPTH, CLAIMED, TRIED, FIRST_RUN, LAST_RUN, STATE = range(9)
COLUMNS = STATE + STATES
#: Claims of one packet that follow each other are a run. Of the run whose first claim is ``k``, ``runs[k]`` has the end
#: and the packet's next run, or NO_RUN.
RUN_END, NEXT_RUN, RUN_COLUMNS = range(3)
NO_RUN = -1
#: Headers within headers beyond this many are not understood.
DEEPEST = 32


def first_jobs(packets: Packets, layer: Int64) -> Int64:
    """int64 [p, COLUMNS]: each packet at its link layer, the state cleared."""
    jobs = np.zeros((len(packets), COLUMNS), np.int64)
    jobs[:, LAYER], jobs[:, AT], jobs[:, STOP] = layer, packets.start, packets.end
    jobs[:, FIRST_RUN] = NO_RUN
    jobs[:, STATE + PACKET] = np.arange(len(packets))
    jobs[:, STATE + CUT] = packets.wire_length > packets.end - packets.start
    return jobs


@compiled
def enter(job, out):  # type: ignore[no-untyped-def]
    """Take up a packet's state; what was claimed before stays. Returns how many claims there are."""
    rows, sums = out.state[ROWS_USED], out.state[SUMS_USED]
    for place in range(STATES):
        out.state[place] = job[STATE + place]
    out.state[ROWS_USED] = rows
    out.state[SUMS_USED] = sums
    out.state[OVERFLOW] = 0
    return rows


@compiled
def leave(job, layer, at, stop, depth, rows, runs, out):  # type: ignore[no-untyped-def]
    """Put a packet back, at the layer that it waits for now. False where there was no room for what was claimed."""
    if out.state[OVERFLOW] != 0:
        return False
    used = out.state[ROWS_USED]
    if used > rows:
        runs[rows, RUN_END] = used
        runs[rows, NEXT_RUN] = NO_RUN
        if job[FIRST_RUN] == NO_RUN:
            job[FIRST_RUN] = rows
        else:
            runs[job[LAST_RUN], NEXT_RUN] = rows
        job[LAST_RUN] = rows
    for place in range(STATES):
        job[STATE + place] = out.state[place]
    job[LAYER] = layer
    job[AT] = at
    job[STOP] = stop
    job[DEPTH] = depth
    job[CLAIMED] = used > rows
    return True
