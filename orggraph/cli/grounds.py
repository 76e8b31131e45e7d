"""What the events of a diff rest on, as data for the forms of a diff that show it (``diff --why``)."""

from __future__ import annotations

from orggraph.cli.evidence import bounds_words, change_words, changes_of, day_words, facts_of_event
from orggraph.diff import Diff
from orggraph.diff.events import with_parts
from orggraph.diff.grounds import Ground, Grounds, Statement
from orggraph.facts import Fact
from orggraph.graph import OrgGraph


def grounds_of_diff(org: OrgGraph, found: Diff) -> Grounds:
    """Give what the events of a diff rest on, all of it, by the identity of the fact."""
    facts = {fact.id: fact for event in with_parts(found.events) for fact in facts_of_event(org, event)}
    return {identity: _ground(org, fact) for identity, fact in facts.items()}


def _ground(org: OrgGraph, fact: Fact) -> Ground:
    statements = [
        Statement(change_words(said), said.source, said.stated, said.file, said.line_number, said.quote)
        for said in changes_of(org, fact)
    ]
    since, until = (bounds_words(moment.edtf()) for moment in (fact.start, fact.end))
    return Ground(fact.id, fact.kind, since, until, day_words(fact.confirmed), fact.flags, tuple(statements))
