"""The reporting lines of a day as a Mermaid flowchart (https://mermaid.js.org), which documents show as a picture.

Arrows go from the manager down; dotted lines are dotted, and what is only possible says so. A post that somebody holds
is not drawn beside its holder, one that names nobody is. Left out are units, periods and sources.
"""

from __future__ import annotations

import re
import unicodedata

from orggraph.hierarchy import to_networkx
from orggraph.snapshot import POSSIBLE, Snapshot

_SPECIAL = re.compile(r'["#<>&`|;\\{}\[\]()]')


def as_mermaid(snapshot: Snapshot) -> str:
    """Write the flowchart, sorted by IRI; the same organization gives the same text."""
    graph = to_networkx(snapshot)
    drawn = [iri for iri, said in graph.nodes(data=True) if said["kind"] != "post" or said["absence"]]
    number = {iri: f"n{place}" for place, iri in enumerate(drawn, start=1)}
    lines = ["flowchart TD"]
    for iri, key in number.items():
        said = graph.nodes[iri]
        below = str(said["absence"] or said["post"])
        label = "<br/>".join(label for label in (quoted(str(said["name"])), quoted(below)) if label)
        lines.append(f'    {key}(["{label}"])' if said["absence"] else f'    {key}["{label}"]')
    for reporter, manager, said in graph.edges(data=True):
        if reporter in number and manager in number:
            arrow = "-.->" if said["line"] == "dotted" else "-->"
            doubt = "|possible|" if said["certainty"] == POSSIBLE else ""
            lines.append(f"    {number[manager]} {arrow}{doubt} {number[reporter]}")
    return "\n".join(lines) + "\n"


def quoted(words: str) -> str:
    """Write a label so that nothing in it is markup; control characters become spaces.

    >>> quoted('O\\'Brien & "Söhne" <CTO>')
    "O'Brien #38; #34;Söhne#34; #60;CTO#62;"
    """
    plain = "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") else char for char in words)
    return _SPECIAL.sub(lambda match: f"#{ord(match.group())};", plain)
