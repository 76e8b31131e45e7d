"""Erasing a person: every name and id of theirs gives way to a placeholder, wherever a role change or a load has it.

What happened stays: the same tenures, lines and loads, of an erased person. Nothing is replaced in facts: they follow
from the role changes, so the role changes are rewritten, load by load, and replayed. (Which of several role changes on
the same day a place rests on follows from their identities, so there may be a version of it more or less.)

Why hashes and not names: whoever loads the same file again must not bring the person back, so a store has to know whom
it must not know. It keeps an HMAC of each name and id, with a key of its own, and the placeholder. Names are compared
as words, in any order, with or without accents and whatever stands between them, so that ``Abel, Ada`` and
``ada.abel@acme.example`` are found where ``Ada Abel`` is erased. A quote or a reason in a row that names the person is
blanked as a whole.

What cannot be told apart is refused: a name that somebody else bears too. What is no name (a nickname that no source
states as one, a picture of the person in words) is not found.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from orggraph.changes import FIELDS, RoleChange
from orggraph.errors import UnsupportedError
from orggraph.facts import NAME
from orggraph.ledger import Entry, Ledger, Load, Revision, apply, revise
from orggraph.timeline import Timeline
from orggraph.vocabulary import Literal, digest, name_key

PAIRS = (("person", "person_id"), ("reports_to", "reports_to_id"), ("replaces", "replaces_id"), ("into", "into_id"))
"""The fields of a role change that may name a person, each with that of the id."""
IDS = tuple(pair[1] for pair in PAIRS)
BLANKED = ("quote", "reason")
"""Texts that are blanked as a whole in a role change that names the person."""
WITHHELD = "withheld"
"""Stands for the value of what a source states of the person, where it is an address."""
_NAMING = tuple(name for pair in PAIRS for name in pair)
_TEXTS = tuple(n for n in FIELDS if n not in {*IDS, "kind", "effective", "until", "stated", "sequence", "occurrence",
                                              "inferred", "line", "confidence", "target"})  # fmt: skip
_LATIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
"""How letters are written in addresses and names of files."""
_WORD = re.compile(r"[^\W_]+")
_TELLING = 6
"""An id of one word that is shorter is replaced where it is an id, and not within texts."""


@dataclass(slots=True)
class Erasures:
    """Whom a store must not know: hashes of names, ids and identities of role changes, each with what replaces it.

    ``log`` says of each erasure when it was, by what the person is called now, and how many role changes it altered.
    """

    key: str
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    longest: int = 1
    log: list[dict[str, object]] = field(default_factory=list)
    _seen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Erasures:
        """Read what `text` wrote; an empty text is of a store in which nobody was erased."""
        return cls(**json.loads(text)) if text else cls(secrets.token_hex(32))

    def text(self) -> str:
        """Write it for a store to keep."""
        kept = ("key", "names", "ids", "targets", "longest", "log")
        return json.dumps({name: getattr(self, name) for name in kept}, indent=1, sort_keys=True) + "\n"

    def add_name(self, name: str, placeholder: str) -> None:
        """Let a placeholder stand for a name."""
        for words in (_words(name), _words(name.casefold().translate(_LATIN))):
            if words:
                self.names[self.hash("name", *sorted(words))] = placeholder
                self.longest = max(self.longest, len(words))

    def add_id(self, key: str, placeholder: str) -> None:
        """Let a placeholder stand for an id, within texts too where it is long enough to be no other word."""
        self.ids[self.hash("id", key)] = placeholder
        words = _words(key)
        if len(words) > 1 or len(key) >= _TELLING:
            self.add_name(key, placeholder)

    def without(self, text: str) -> str:
        """Give a text with the placeholder of each name in it, in whatever order its words are."""
        found = self._seen.get(text)
        if found is None:
            found = self._seen[text] = self._replaced(text)
        return found

    def _replaced(self, text: str) -> str:
        normal = unicodedata.normalize("NFKC", text)
        words = list(_WORD.finditer(normal))
        folded = [_folded(word.group()) for word in words]
        parts, at, first = list[str](), 0, 0
        while first < len(words):
            for count in range(min(self.longest, len(words) - first), 0, -1):
                placeholder = self.names.get(self.hash("name", *sorted(folded[first : first + count])))
                if placeholder is not None:
                    parts += [normal[at : words[first].start()], placeholder]
                    at, first = words[first + count - 1].end(), first + count - 1
                    break
            first += 1
        return "".join([*parts, normal[at:]]) if parts else text

    def change(self, change: RoleChange) -> RoleChange:
        """Give a role change without the persons who were erased; itself where it has none of them."""
        made: dict[str, str] = {}
        for key in IDS:
            own = getattr(change, key)
            if own and (placeholder := self.ids.get(self.hash("id", own))):
                made[key] = placeholder
        for name in (*_TEXTS, "file"):
            text = getattr(change, name)
            if text and (without := self.without(text)) != text:
                made[name] = without
        if change.target and (target := self.targets.get(self.hash("change", change.target))):
            made["target"] = target
        if not made:
            return change
        if made.keys() & {*_NAMING, *BLANKED}:
            made |= {name: "" for name in BLANKED if getattr(change, name)}
        if made.keys() & {*_NAMING} and is_address(change.value):
            made["value"] = WITHHELD
        return replace(change, **made)  # type: ignore[arg-type]  # texts all

    def changes(self, changes: Iterable[RoleChange]) -> list[RoleChange]:
        """Give role changes without the persons who were erased; what differed in a quote alone stays two."""
        seen: set[str] = set()
        return [_apart(self.change(change), seen) for change in changes]

    def hash(self, *parts: str) -> str:
        """Give the keyed hash of what is not kept."""
        return hmac.digest(bytes.fromhex(self.key), "\x1f".join(parts).encode("utf-8", "replace"), "sha256").hex()


def is_address(text: str) -> bool:
    """Tell whether a text is an address of mail or on the web, which tells who somebody is."""
    return "@" in text or "://" in text


def _words(name: str) -> list[str]:
    return [_folded(word.group()) for word in _WORD.finditer(unicodedata.normalize("NFKC", name))]


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    """Fold a word for comparison: case and accents."""
    letters = unicodedata.normalize("NFD", name_key(word))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _apart(change: RoleChange, seen: set[str]) -> RoleChange:
    while change.id in seen:
        change = replace(change, occurrence=change.occurrence + 1)
    seen.add(change.id)
    return change


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a person comes to: the names and ids that go, what stands for them, and the loads from the first.

    ``altered`` are the role changes that name the person, ``facts`` how many versions there are, before and after.
    """

    names: tuple[str, ...]
    ids: tuple[str, ...]
    placeholder: str
    erasures: Erasures
    revisions: tuple[Revision, ...]
    ledger: Ledger
    altered: int
    facts: tuple[int, int]


def erase(ledger: Ledger, timeline: Timeline, iri: str, known: Erasures, *, now: str) -> Erasure:
    """Work out what the ledger is without a person; nothing is kept. Replays every load, one after the other.

    ``known`` are those who were erased before, ``now`` is when this is. Raises `UnsupportedError` where somebody else
    bears one of the names, which no text could tell apart.
    """
    names, ids = identifiers(ledger, timeline, iri)
    others = {other for name in names for other in timeline.bearers(name, believed=False)} - {iri}
    if others:
        raise UnsupportedError(f"others bear the name too ({', '.join(sorted(others))}), and what texts say of one and "
                               "of the other cannot be told apart; nothing was erased")  # fmt: skip
    tag = secrets.token_hex(4)
    placeholder = f"Erased person {tag}"
    grown = Erasures.read(known.text())
    for number, name in enumerate(names, start=1):
        grown.add_name(name, placeholder if number == 1 else f"{placeholder} ({number})")
    for number, key in enumerate(ids, start=1):
        start = "urn:orggraph:erased:" if ":" in key else "erased:"
        grown.add_id(key, f"{start}{tag}:{number}")
    revisions, altered = rewritten(ledger, grown)
    after = Ledger(salt=ledger.salt, base=ledger.base)
    for revision in revisions:
        after = apply(after, revision)
    grown.log.append({"recorded": now, "placeholder": placeholder, "role_changes": altered})
    return Erasure(names, ids, placeholder, grown, revisions, after, altered, (len(ledger.facts), len(after.facts)))


def identifiers(ledger: Ledger, timeline: Timeline, iri: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give every name that a person ever bore, as written, and every id, each sorted; the name of now first."""
    facts = timeline.facts_about(iri, NAME)
    told = {
        f.object.value: (f.superseded is not None, -f.start.latest) for f in facts if isinstance(f.object, Literal)
    }
    keys = {name_key(name) for name in told}
    evidence = {change for row in timeline.about(iri).tolist() for change in timeline.facts[row].changes}
    evidence |= {change for row in timeline.pointing_at(iri).tolist() for change in timeline.facts[row].changes}
    ids = {iri} if not iri.startswith(ledger.base) else set[str]()
    for entry in ledger.entries:
        change = entry.change
        for name, key in PAIRS:
            text, own = getattr(change, name), getattr(change, key)
            if own and (own == iri or (change.id in evidence and text and name_key(text) in keys)):
                ids.add(own)
            if text and name_key(text) in keys:
                told.setdefault(text, (True, 0))
    return tuple(sorted(told, key=lambda name: (told[name], name))), tuple(sorted(ids))


def rewritten(
    ledger: Ledger, erasures: Erasures, *, change: Callable[[RoleChange], RoleChange] | None = None
) -> tuple[tuple[Revision, ...], int]:
    """Give the loads of a ledger as they would have been without those who are erased, and how many rows differ.

    ``change`` alters each role change in another way than `Erasures.change`.
    """
    changed = _without(ledger, erasures, change or erasures.change)
    altered = sum(entry.change.id != changed[entry.change.id].id for entry in ledger.entries)
    after, revisions, names = Ledger(salt=ledger.salt, base=ledger.base), list[Revision](), dict[str, str]()
    for load in sorted(ledger.loads, key=lambda load: load.recorded):
        fresh = [changed[entry.change.id] for entry in ledger.entries if entry.load == load.id]
        label = erasures.without(load.label)
        for old, new in names.items():
            label = label.replace(old, new)
        names[load.id] = digest("load", str(load.recorded), label, *(change.id for change in fresh))
        unloaded = next((names[one.id] for one in ledger.loads if one.removed == load.recorded), "")
        made = Load(names[load.id], load.recorded, label, load.added)
        revision = _replayed(after, made, fresh, unloaded)
        after = apply(after, revision)
        revisions.append(revision)
    return tuple(revisions), altered


def _replayed(before: Ledger, load: Load, fresh: Sequence[RoleChange], unloaded: str) -> Revision:
    from orggraph.replay import replay  # only a load and this need it

    standing = [entry.change for entry in before.standing() if entry.load != unloaded]
    made = replay([*standing, *fresh], base=before.base, salt=before.salt)
    entries = [Entry(change, load.recorded, load.id) for change in fresh]
    return revise(before, load, entries=entries, unloaded=unloaded, facts=made.facts)


def _without(
    ledger: Ledger, erasures: Erasures, alter: Callable[[RoleChange], RoleChange]
) -> dict[str, RoleChange]:
    """Give each role change without those who are erased, by the identity that it had; targets are followed."""
    known = {entry.change.id: entry.change for entry in ledger.entries}
    made: dict[str, RoleChange] = {}
    seen: set[str] = set()

    def follow(identity: str) -> RoleChange:
        if identity not in made:
            change = known[identity]
            if change.target in known and change.target != identity:
                follow(change.target)
            made[identity] = _apart(alter(change), seen)
            if made[identity].id != identity:
                erasures.targets[erasures.hash("change", identity)] = made[identity].id
        return made[identity]

    for identity in known:
        follow(identity)
    return made
