"""Room for work: what is slow takes no room from others, and nobody waits for it without end."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from starlette.exceptions import HTTPException

from orggraph.web.room import Room


def test_work_that_takes_too_long_is_given_up_and_keeps_its_place() -> None:
    async def asked() -> None:
        room, end = Room(1, waiting=1, patience=0.05, longest=0.05), Event()
        with pytest.raises(HTTPException) as given_up:
            await room.run(end.wait)
        assert given_up.value.status_code == 504
        with pytest.raises(HTTPException) as full:
            await room.run(lambda: True)
        assert full.value.status_code == 503, "the thread goes on, so there is no room yet"
        end.set()
        answers = [await _patiently(room) for _ in range(2)]
        assert answers == [True, True]

    asyncio.run(asked())


async def _patiently(room: Room) -> bool:
    while True:
        try:
            return await room.run(lambda: True)
        except HTTPException as busy:
            assert busy.status_code == 503


def test_the_time_begins_with_the_work_and_errors_come_through() -> None:
    async def asked() -> None:
        room, end = Room(1, waiting=2, patience=30, longest=30), Event()
        first = asyncio.ensure_future(room.run(end.wait))
        second = asyncio.ensure_future(room.run(lambda: 1 // 0))
        end.set()
        assert await first is True
        with pytest.raises(ZeroDivisionError):
            await second

    asyncio.run(asked())
