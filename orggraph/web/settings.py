"""How the service is run: what a person decides when starting it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from orggraph.graph import OrgGraph


def _today() -> int:
    return date.today().toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a service.

    ``base_url`` is where it is seen from outside, without a slash at its end; empty: as the request says. ``token``
    is what a client has to know; empty: nothing. ``hosts`` are the names it answers to, in lower case and without
    ports; empty: any. ``origins`` are the sites whose scripts may read answers (``*``: all). ``workers`` queries
    are asked at once, each for at most ``timeout`` seconds and ``results`` results, within ``memory`` bytes.
    ``body`` is the most bytes of a request, ``url`` of its address; a client has ``patience`` seconds to send it.
    ``lookup`` is how many seconds an answer that is no query may take. ``log`` gets a line of JSON a request.
    ``writer`` opens the store for a load; without it nothing is loaded here. ``write_token`` is what a client has
    to know to load; empty: it has to be on this machine. ``upload`` is the most bytes of files that are sent to be
    loaded, which are kept ``kept`` seconds.
    """

    base_url: str = ""
    token: str = field(default="", repr=False)
    write_token: str = field(default="", repr=False)
    writer: Callable[[], OrgGraph] | None = None
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    workers: int = 2
    timeout: float = 30.0
    results: int = 100_000
    memory: int = 1 << 30
    body: int = 1 << 20
    upload: int = 64 << 20
    kept: float = 900.0
    url: int = 16 << 10
    patience: float = 20.0
    lookup: float = 60.0
    today: Callable[[], int] = _today
    log: Callable[[str], None] | None = None

    @property
    def writable(self) -> bool:
        """Tell whether files can be loaded here."""
        return self.writer is not None
