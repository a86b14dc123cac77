"""From what a user names to batches of records: finding inputs, planning units, reading them."""

from pipeline.inputs.finding import find_inputs
from pipeline.inputs.model import Input, Progress, Range, Unit, Unreadable
from pipeline.inputs.planning import plan_units
from pipeline.inputs.reading import read_chunks, read_unit

__all__ = [
    "Input",
    "Progress",
    "Range",
    "Unit",
    "Unreadable",
    "find_inputs",
    "plan_units",
    "read_chunks",
    "read_unit",
]
