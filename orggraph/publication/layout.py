"""Where things lie on a SPARQL engine: the graphs of a publication, and the marker that says what it holds.

    <base>graph:history        every version of every fact as a node, role changes and sources, as in the history
    <base>graph:labels         one rdfs:label for everything in it
    <base>graph:lookup         facts as texts and folded names, for orggraph itself
    <base>certain:L:N          the time tree of what is certain; the days from N * 2^L to before (N + 1) * 2^L
    <base>possible:L:N         the tree of what is only possible
    https://w3id.org/orggraph/publication      the marker, one text

Why the marker has a graph of its own with a fixed name: whoever opens an engine learns there which base its graphs
have.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from orggraph.errors import StoreError
from orggraph.vocabulary import BASE, ORGG

FORMAT = 1
MARKER_GRAPH = "https://w3id.org/orggraph/publication"
MARKER = ORGG + "marker"


class Layout(NamedTuple):
    """The names of the graphs under a base."""

    base: str = BASE

    @property
    def history(self) -> str:
        """Name the graph of facts, role changes and sources."""
        return f"{self.base}graph:history"

    @property
    def labels(self) -> str:
        """Name the graph of labels."""
        return f"{self.base}graph:labels"

    @property
    def lookup(self) -> str:
        """Name the graph that orggraph itself reads."""
        return f"{self.base}graph:lookup"

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Give what the names of all graphs but the marker's begin with."""
        return tuple(self.base + kind for kind in ("graph:", "certain:", "possible:"))


class Revision(NamedTuple):
    """A state of a ledger: its last load, and the recorded time up to which it is."""

    load: str
    recorded: int


class Marker(NamedTuple):
    """What an engine says of its publication.

    ``published`` is the revision that it holds, ``None`` before the first is whole; ``writing`` the revision that is
    being written, or was when that ended early.
    """

    base: str
    published: Revision | None
    writing: Revision | None = None

    def text(self) -> str:
        """Write the marker.

        >>> Marker.read(Marker("urn:x:", Revision("a", 5)).text())
        Marker(base='urn:x:', published=Revision(load='a', recorded=5), writing=None)
        """
        return json.dumps({"format": FORMAT, **self._asdict()})

    @classmethod
    def read(cls, text: str) -> Marker:
        """Read what `text` wrote; raise `StoreError` for anything else, such as another format."""
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise StoreError(f"the publication has format {said['format']}, this orggraph reads format {FORMAT}")
            published, writing = (Revision(*said[key]) if said[key] else None for key in ("published", "writing"))
            return cls(said["base"], published, writing)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{text[:80]!r} is not the marker of a publication") from error
