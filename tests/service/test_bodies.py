"""Lines of a body are what they are, wherever it is cut on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from pipeline.service.bodies import lines_of

MOST = 6


async def lines(pieces: list[bytes]) -> list[bytes | None]:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    found = [together async for together in lines_of(chunks(), MOST)]
    assert all(found)
    return [line for together in found for line in together]


@given(st.lists(st.text("ab \n", max_size=20).map(str.encode), max_size=8))
def test_cuts_of_a_body_do_not_change_its_lines(pieces: list[bytes]) -> None:
    whole = b"".join(pieces).split(b"\n")
    # A line too long is told, though it be blank; where it was cut before, its first bytes alone may tell.
    expected = [None if len(line) > MOST else line for line in whole if line.strip()]
    found = asyncio.run(lines(pieces))
    assert [line for line in found if line is not None] == [line for line in expected if line is not None]
    assert (
        sum(line is None for line in expected)
        <= sum(line is None for line in found)
        <= sum(len(line) > MOST for line in whole)
    )
