"""The generated history as files that orggraph reads: tenures, corrections, and lines between posts."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
from generator import ONGOING, TITLES, History, calendar
from numpy.typing import NDArray

HEADER = ("person", "person_id", "role", "organization", "from", "end", "reports_to_id")
SOURCE = "register"
"""What the rows with keys name as their source, so that corrections find them."""


def write(rows: History, file: Path, *, records: bool = False, only: NDArray[np.int64] | None = None) -> None:
    """Write the stretches (or ``only`` some) as a list of tenures; with ``records`` each has a key of its own."""
    day = day_words()
    chosen = np.arange(len(rows.person)) if only is None else only
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(HEADER) + (",record,source\n" if records else "\n"))
        for part in np.array_split(chosen, len(chosen) // 50_000 + 1):
            columns = (column[part].tolist() for column in rows)
            for number, person, manager, _, _, title, *days in zip(part.tolist(), *columns, strict=True):
                above = f"p{manager}" if manager >= 0 else ""
                key = f",r{number},{SOURCE}" if records else ""
                begin, end = day(days[0], days[1]), day(days[2], days[3])
                stream.write(f"Person {person},p{person},{TITLES[title]},Acme,{begin},{end},{above}{key}\n")


def write_corrections(rows: History, chosen: NDArray[np.int64], file: Path) -> None:
    """Write the starts of the ``chosen`` rows as corrections by their keys."""
    day = day_words()
    with file.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(("kind", "target", "effective", "source", "stated"))
        for row, start in zip(chosen.tolist(), rows.start[chosen].tolist(), strict=True):
            out.writerow(("corrects", f"r{row}", day(start, start), SOURCE, "2025-02-01"))


def write_posts(rows: History, tenures: Path, lines: Path) -> None:
    """Write who held which post, and apart from that the lines from post to post."""
    day = day_words()
    columns = [column.tolist() for column in rows]
    with tenures.open("w", encoding="utf-8", newline="") as stream:
        stream.write("person,person_id,post,role,organization,from,end\n")
        for person, _, seat, _, title, start, start_latest, end, end_latest in zip(*columns, strict=True):
            stream.write(f"Person {person},p{person},Seat {seat},{TITLES[title]},Acme,{day(start, start_latest)},"
                         f"{day(end, end_latest)}\n")  # fmt: skip
    order = np.lexsort((rows.start, rows.seat))
    seat, boss, start, end = (column[order] for column in (rows.seat, rows.boss, rows.start, rows.end))
    first = np.flatnonzero(np.append(True, (seat[1:] != seat[:-1]) | (boss[1:] != boss[:-1])))
    last = np.append(first[1:], len(seat)) - 1
    with lines.open("w", encoding="utf-8", newline="") as stream:
        stream.write("kind,post,organization,reports_to_post,effective,until\n")
        for a, b in zip(first.tolist(), last.tolist(), strict=True):
            if boss[a] >= 0:
                begin, until = (day(int(moment), int(moment)) for moment in (start[a], end[b]))
                stream.write(f"reports,Seat {seat[a]},Acme,Seat {boss[a]},{begin},{until or '..'}\n")


def day_words() -> Callable[[int, int], str]:
    """Give a function that writes a moment in EDTF from its earliest and latest day, and nothing for `ONGOING`."""
    known: dict[tuple[int, int], str] = {}

    def written(earliest: int, latest: int) -> str:
        text = known.get((earliest, latest))
        if text is None:
            text = known[earliest, latest] = _written(earliest, latest)
        return text

    return written


def _written(earliest: int, latest: int) -> str:
    if earliest == ONGOING:
        return ""
    first, last = calendar(earliest), calendar(latest)
    if earliest == latest:
        return first.isoformat()
    if first.day == 1 and (last + timedelta(days=1)).day == 1 and latest - earliest < 31:
        return first.isoformat()[:7]
    return f"{first}/{last}"
