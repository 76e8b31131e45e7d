"""Identity: which entity a name stands for.

Ids come first: two mentions with one id are one entity. A name without an id stands for the only entity of that
name within the organization, and for an entity of its own where there is none or more than one. Every name that was
matched to an id on its name alone is listed as an assumption. What somebody judged to be one (`judgements`) is one.

Why it is decided here, over everything in force, and not while reading: a later row can bring the id that an earlier
row lacked, and the order of rows must not matter. Why mentions are resolved again where there are judgements: which
entity a name stands for may depend on which of those that bear it are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, partial

from orggraph.changes import SUBJECTS, RoleChange
from orggraph.errors import Finding
from orggraph.facts import HEAD_ROLE
from orggraph.replay.judgements import JUDGEMENTS, Judgement, Merged, merged
from orggraph.replay.statements import Statement
from orggraph.vocabulary import is_iri, mint, name_key

Mention = tuple[str, str, str, str]
"""What a row says of an entity: kind, organization scope, context (a post's unit) and folded name."""


class Identity:
    """Resolves the mentions of all statements, which are in the order of their days.

    ``labels`` holds every name each entity was mentioned by, ``placed`` what each post and unit first belonged to,
    ``moves`` where units went from there. ``merged`` says which entities are one, ``named_first`` how the survivors
    were called before (folded), ``meant`` whom a statement meant of the persons that are one, and ``of_many`` who is
    named as several with ids are, and how many.
    """

    def __init__(self, statements: Iterable[Statement], *, base: str, salt: str) -> None:
        self._fold = cache(name_key)  # the same few names in row after row
        self._mint = cache(partial(mint, base=base, salt=salt))
        self.merged = Merged()
        self.named_first: dict[str, frozenset[str]] = {}
        self.meant: dict[Statement, str] = {}
        self._with_id: dict[Mention, set[str]] = defaultdict(set)
        self._post_units: dict[tuple[str, str], set[str]] = defaultdict(set)
        judged: list[Statement] = []
        told: list[Statement] = []
        for statement in statements:
            (judged if statement.change.kind in JUDGEMENTS else told).append(statement)
        changes = [statement.change for statement in told]
        self._default = _default_organizations(changes)
        self._same = _OldestNames(changes, self._scope, fold=self._fold)
        self._aliases: dict[str, str] | None = {} if judged else None
        for change in changes:
            self._note_ids(change)
        self._resolve_all(told)
        if judged:
            self._merge(told, judged)

    def _resolve_all(self, statements: Iterable[Statement]) -> None:
        self.labels: dict[str, dict[str, str]] = defaultdict(dict)
        self.kinds: dict[str, str] = {}
        self.placed: dict[str, str] = {}
        self.moves: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.findings: list[Finding] = []
        self.of_many: dict[str, int] = {}
        self._noted: set[tuple[str, ...]] = set()
        for statement in statements:
            self._resolve(statement)

    def _merge(self, statements: list[Statement], judged: list[Statement]) -> None:
        """Resolve everything again with what is judged to be one, until no name comes to mean somebody else."""
        kinds, labels = dict(self.kinds), {iri: frozenset(named) for iri, named in self.labels.items()}
        persons = [(statement, statement.person) for statement in statements if statement.person]
        for _ in range(len(judged) + 2):  # each round makes more of them one, if anything
            judgements = [judgement for statement in judged if (judgement := self._judgement(statement))]
            found = merged(judgements, kinds)
            if found.survivors == self.merged.survivors:
                break
            self.merged = found
            self._resolve_all(statements)
        self.merged = found
        self.findings += found.findings
        one = {*found.survivors, *found.survivors.values()}
        self.meant = {statement: person for statement, person in persons if person in one}
        self.named_first = {iri: labels[iri] for iri in found.survivors.values() if iri in labels}

    def _judgement(self, statement: Statement) -> Judgement | None:
        """Find which two entities a statement judges; it makes none of them known."""
        change, scope = statement.change, self._scope(statement.change)
        kind = next(kind for kind in SUBJECTS if getattr(change, kind) or getattr(change, f"{kind}_id"))
        name, key = str(getattr(change, kind)), str(getattr(change, f"{kind}_id"))
        first = self._judged(kind, scope, name, key, change)
        return Judgement(statement, first, self._judged(kind, scope, change.into, change.into_id, change))

    def _judged(self, kind: str, scope: str, name: str, key: str, change: RoleChange) -> str:
        if kind == "organization":
            iri = key if is_iri(key) else self._mint("organization", self._fold(key or name))
        elif key:
            iri = self._by_id(kind, scope, key)
        else:
            mention = self._post_key(scope, name, self._unit_key(change)) if kind == "post" else ()
            context = mention[0] if mention else ""
            folded = self._same(kind, scope, name)
            found = self._ids_of(kind, scope, context, folded)
            iri = next(iter(found)) if len(found) == 1 else self._mint(kind, scope, "name", *(mention or (folded,)))
        assert self._aliases is not None
        return self._aliases.get(iri, iri)

    def _scope(self, change: RoleChange) -> str:
        """Give the organization within which the names of a row are unique."""
        own = change.organization_id or change.organization
        return self._fold(own or self._default.get(change.source, ""))

    def _note_ids(self, change: RoleChange) -> None:
        scope = self._scope(change)
        if change.person_id:
            self._known_by_id("person", scope, "", change.person, change.person_id)
            if change.kind == "renamed":
                self._known_by_id("person", scope, "", change.into, change.person_id)
        if change.reports_to_id:
            self._known_by_id("person", scope, "", change.reports_to, change.reports_to_id)
        if change.replaces_id:
            self._known_by_id("person", scope, "", change.replaces, change.replaces_id)
        if change.unit_id:
            self._known_by_id("unit", scope, "", change.unit, change.unit_id)
        if change.post:
            self._post_units[scope, self._same("post", scope, change.post)].add(self._unit_key(change))
        if change.post_id:
            self._known_by_id("post", scope, self._unit_key(change), change.post, change.post_id)
        if change.reports_to_post_id:
            self._known_by_id("post", scope, "", change.reports_to_post, change.reports_to_post_id)

    def _known_by_id(self, kind: str, scope: str, context: str, name: str, key: str) -> None:
        if name:
            self._with_id[kind, scope, context, self._same(kind, scope, name)].add(self._by_id(kind, scope, key))

    def _by_id(self, kind: str, scope: str, key: str) -> str:
        return key if is_iri(key) else self._mint(kind, scope, "id", key)

    def _unit_key(self, change: RoleChange) -> str:
        return f"id {change.unit_id}" if change.unit_id else self._fold(change.unit)

    def _resolve(self, statement: Statement) -> None:
        change, scope = statement.change, self._scope(statement.change)
        statement.organization = self._organization(change)
        if change.unit or change.unit_id:
            statement.unit = self._entity("unit", scope, change.unit, change.unit_id, change)
            self.placed.setdefault(statement.unit, statement.organization)
        if change.role:
            statement.role = self._role(scope, change.role)
        if change.person or change.person_id:
            statement.person = self._entity("person", scope, change.person, change.person_id, change)
        if change.post or change.post_id:
            statement.post = self._post(scope, change.post, change.post_id, self._unit_key(change), change)
            if statement.unit or statement.post not in self.placed:
                self.placed[statement.post] = statement.place
        if change.replaces or change.replaces_id:
            statement.replaces = self._entity("person", scope, change.replaces, change.replaces_id, change)
        if change.from_post:
            unit = self._unit_of(scope, change.from_post, change)
            statement.from_post = self._post(scope, change.from_post, "", unit, change)
            self.placed.setdefault(statement.from_post, statement.place)
        statement.manager = self._manager(scope, change)
        if statement.manager and self.kinds[statement.manager] == "post":
            self.placed.setdefault(statement.manager, statement.organization)
        statement.into = self._into(statement, scope)
        if statement.into == statement.unit and change.kind in ("created", "moved"):
            statement.into = ""  # two units that are one: neither is part of itself
        if statement.unit and statement.into and not statement.post:
            if change.kind == "created":
                self.placed[statement.unit] = statement.into
            elif change.kind == "moved":
                self.moves[statement.unit].append((statement.effective.latest, statement.into))

    def parent_on(self, place: str, day: int) -> str:
        """Give what a unit belongs to on a day: where the last move by then took it, else where it was created."""
        moved = [parent for moved_by, parent in self.moves.get(place, ()) if moved_by <= day]
        return moved[-1] if moved else self.placed.get(place, "")

    def _manager(self, scope: str, change: RoleChange) -> str:
        if change.reports_to or change.reports_to_id:
            return self._entity("person", scope, change.reports_to, change.reports_to_id, change)
        if change.reports_to_post or change.reports_to_post_id:
            unit = self._unit_of(scope, change.reports_to_post, change)
            return self._post(scope, change.reports_to_post, change.reports_to_post_id, unit, change)
        return ""

    def _unit_of(self, scope: str, post: str, change: RoleChange) -> str:
        """Give the unit of another post that a row names: the row's own if it has a post of that name, else unknown."""
        unit = self._unit_key(change)
        return unit if unit in self._post_units.get((scope, self._same("post", scope, post)), ()) else ""

    def _into(self, statement: Statement, scope: str) -> str:
        change = statement.change
        if change.kind == "renamed" or not (change.into or change.into_id):
            return ""
        if statement.post and change.kind != "moved":
            return self._post(scope, change.into, change.into_id, self._unit_key(change), change)
        if not statement.unit and not statement.post:
            iri = change.into_id if is_iri(change.into_id) else ""
            iri = iri or self._mint("organization", self._fold(change.into_id or change.into))
            return self._seen(iri, "organization", change.into)
        unit = self._entity("unit", scope, change.into, change.into_id, change)
        self.placed.setdefault(unit, statement.organization)
        return unit

    def _organization(self, change: RoleChange) -> str:
        name = change.organization or self._default.get(change.source, "")
        key = change.organization_id or name
        iri = key if is_iri(key) else self._mint("organization", self._fold(key))
        return self._seen(iri, "organization", name or (key if key else "unnamed organization"))

    def _role(self, scope: str, role: str) -> str:
        if self._fold(role) == "head":
            return self._seen(HEAD_ROLE, "role", role)
        return self._seen(self._mint("role", scope, self._fold(role)), "role", role)

    def _entity(self, kind: str, scope: str, name: str, key: str, change: RoleChange) -> str:
        if key:
            return self._seen(self._by_id(kind, scope, key), kind, name)
        folded = self._same(kind, scope, name)
        iri = self._by_name(kind, scope, name, self._ids_of(kind, scope, "", folded), change, folded)
        return self._also(iri, kind, scope, self._fold(name))

    def _ids_of(self, kind: str, scope: str, context: str, folded: str) -> set[str]:
        """Give the entities with an id that bear a name."""
        found = self._with_id.get((kind, scope, context, folded), set())
        survivors = self.merged.survivors
        return {survivors.get(iri, iri) for iri in found} if survivors and len(found) > 1 else found

    def _by_name(self, kind: str, scope: str, name: str, found: set[str], change: RoleChange, *key: str) -> str:
        """Take the only entity with an id that bears the name, else one of the name itself; say which."""
        if len(found) == 1:
            self._note(kind, name, f"{kind} {name!r} is taken to be the one with an id of the same name", change)
            return self._seen(next(iter(found)), kind, name)
        iri = self._seen(self._mint(kind, scope, "name", *key), kind, name)
        if found:
            self._note(kind, name, f"{len(found)} {kind}s with ids are called {name!r}; kept as one more", change)
            self.of_many[iri] = len(found)
        return iri

    def _also(self, iri: str, kind: str, scope: str, *key: str) -> str:
        """Remember that what a name alone would stand for is ``iri``: a judgement may have been made of it before."""
        if self._aliases is not None:
            own = self._mint(kind, scope, "name", *key)
            if own != iri and own not in self.merged.survivors:
                self._aliases[own] = iri
        return iri

    def _post(self, scope: str, name: str, key: str, unit: str, change: RoleChange) -> str:
        if key:
            return self._seen(self._by_id("post", scope, key), "post", name)
        own, folded = self._post_key(scope, name, unit)
        found = self._ids_of("post", scope, own, folded)
        iri = self._by_name("post", scope, name, found, change, own, folded)
        return self._also(iri, "post", scope, unit, self._fold(name))

    def _post_key(self, scope: str, name: str, unit: str) -> tuple[str, str]:
        """Give the unit and folded name of a post; the only unit that has one of the name where none is named."""
        folded = self._same("post", scope, name)
        units = self._post_units.get((scope, folded), {unit})
        if not unit and len(units - {""}) == 1:
            unit = next(iter(units - {""}))
        return unit, folded

    def _note(self, kind: str, name: str, message: str, change: RoleChange) -> None:
        noted = (kind, self._fold(name), message)
        if noted not in self._noted:
            self._noted.add(noted)
            self.findings.append(Finding("note", message, change.file, 0, "identity"))

    def _seen(self, iri: str, kind: str, name: str) -> str:
        iri = self.merged.survivors.get(iri, iri)
        self.kinds.setdefault(iri, kind)
        if name:
            self.labels[iri].setdefault(self._fold(name), name)
        return iri


def _default_organizations(changes: Iterable[RoleChange]) -> dict[str, str]:
    """Give each source that names exactly one organization: its rows without one mean that."""
    named: dict[str, set[str]] = defaultdict(set)
    spelled: dict[str, str] = {}
    for change in changes:
        own = change.organization or change.organization_id
        if own:
            named[change.source].add(name_key(own))
            spelled[name_key(own)] = min(own, spelled.get(name_key(own), own))
    return {source: spelled[next(iter(keys))] for source, keys in named.items() if len(keys) == 1}


class _OldestNames:
    """Folds a name; the names that one entity without an id bore one after the other fold into the oldest."""

    def __init__(
        self, changes: Iterable[RoleChange], scope_of: Callable[[RoleChange], str], *, fold: Callable[[str], str]
    ) -> None:
        self._fold = fold
        self._older: dict[tuple[str, str, str], str] = {}
        for change in changes:
            kind = next((kind for kind in SUBJECTS if getattr(change, kind) or getattr(change, f"{kind}_id")), "")
            if change.kind != "renamed" or not kind or getattr(change, f"{kind}_id"):
                continue
            old, new = name_key(getattr(change, kind)), name_key(change.into)
            if old != new:
                self._older.setdefault((kind, scope_of(change), new), old)

    def __call__(self, kind: str, scope: str, name: str) -> str:
        folded = self._fold(name)
        if (kind, scope, folded) not in self._older:
            return folded
        seen: set[str] = set()
        while (kind, scope, folded) in self._older:
            if folded in seen:
                return min(seen)
            seen.add(folded)
            folded = self._older[kind, scope, folded]
        return folded
