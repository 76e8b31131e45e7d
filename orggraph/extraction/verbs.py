"""Verbs that tell a change of roles: in which words, and how they tell it (done, in the present, to come, announced).

A *trigger* is such a verb in a tagged line with the words that help it (``has not been``). Who or what it is about is
for `orggraph.extraction.clauses` to find.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from orggraph.extraction.days import ANNOUNCED, COMING, DONE, PRESENT

APPOINT, PROMOTE, JOIN, BECOME, MOVE, SUCCEED, LEAVE, RESIGN, DISMISS, REPORT, SAY, LEAD, REMAIN, IS = (
    "appoint", "promote", "join", "become", "move", "succeed", "leave", "resign", "dismiss", "report", "say",
    "lead", "remain", "is",
)  # fmt: skip

_FORMS = ("base", "s", "past", "participle", "ing")
_VERBS: dict[str, tuple[tuple[str, str], ...]] = {
    "appoint appoints appointed appointed appointing": ((APPOINT, ""),),
    "name names named named naming": ((APPOINT, ""),),
    "hire hires hired hired hiring": ((APPOINT, ""),),
    "recruit recruits recruited recruited recruiting": ((APPOINT, ""),),
    "elect elects elected elected electing": ((APPOINT, ""),),
    "choose chooses chose chosen choosing": ((APPOINT, ""),),
    "pick picks picked picked picking": ((APPOINT, ""),),
    "select selects selected selected selecting": ((APPOINT, ""),),
    "tap taps tapped tapped tapping": ((APPOINT, ""),),
    "install installs installed installed installing": ((APPOINT, ""),),
    "welcome welcomes welcomed welcomed welcoming": ((APPOINT, r"(?= <P\d+> as)"),),
    "promote promotes promoted promoted promoting": ((PROMOTE, ""),),
    "join joins joined joined joining": ((JOIN, ""),),
    "start starts started started starting": ((JOIN, r"(?= (?:work )?(?:as|at|on|in|<D|<T|<O)|$| \.| ,)"),),
    "begin begins began begun beginning": (
        (JOIN, r"(?= (?:work |in the |her |his )?(?:as|at|on|in|role|job|<D|<T|<O)|$| \.)"),
    ),
    "become becomes became become becoming": ((BECOME, r"(?= .*?<T)"),),
    "return returns returned returned returning": ((JOIN, r" (?:to|as)(?= )"),),
    "serve serves served served serving": ((BECOME, r"(?= as .*?<T)"),),
    "assume assumes assumed assumed assuming": ((BECOME, r"(?= .*?(?:<T|role|post|position|duties))"),),
    "lead leads led led leading": ((LEAD, ""),),
    "move moves moved moved moving": ((MOVE, r"(?= .*?<T)"),),
    "succeed succeeds succeeded succeeded succeeding": ((SUCCEED, r"(?! in )"),),
    "replace replaces replaced replaced replacing": ((SUCCEED, ""),),
    "follow follows followed followed following": ((SUCCEED, r"(?= (?:<T\d+> )?<P)"),),
    "take takes took taken taking": (
        (
            SUCCEED,
            r" over(?: as .*?<T\d+>)?(?: of (?:the )?<O\d+>)?(?: (?:on|in)? ?<D\d+>)? "
            r"from(?= (?:<P|her\b|him\b|<T|founder|co-founder))",
        ),
        (BECOME, r" over\b(?: the (?:role|post|job|helm|reins)| duties)?"),
        (JOIN, r" (?:up (?:the|her|his) (?:job|role|post|position|reins)|office|the (?:helm|reins)|charge)\b"),
    ),
    "step steps stepped stepped stepping": ((RESIGN, r" (?:down|aside|back)\b"), (BECOME, r" (?:in|up)(?= as)")),
    "stand stands stood stood standing": ((RESIGN, r" (?:down|aside)\b"),),
    "fill fills filled filled filling": ((BECOME, r" in(?= as)"),),
    "resign resigns resigned resigned resigning": ((RESIGN, ""),),
    "quit quits quit quit quitting": ((RESIGN, ""),),
    "die dies died died dying": ((RESIGN, ""),),
    "retire retires retired retired retiring": ((LEAVE, ""),),
    "leave leaves left left leaving": ((LEAVE, r"(?! (?:open|it|to|her|his|the (?:question|door|decision))\b)"),),
    "depart departs departed departed departing": ((LEAVE, ""),),
    "exit exits exited exited exiting": ((LEAVE, ""),),
    "oust ousts ousted ousted ousting": ((DISMISS, ""),),
    "dismiss dismisses dismissed dismissed dismissing": ((DISMISS, ""),),
    "fire fires fired fired firing": ((DISMISS, ""),),
    "sack sacks sacked sacked sacking": ((DISMISS, ""),),
    "remove removes removed removed removing": ((DISMISS, ""),),
    "part parts parted parted parting": ((DISMISS, r" (?:company|ways) with"),),
    "report reports reported reported reporting": (
        (REPORT, r"(?: <D\d+>| directly| jointly| instead)* (?:in)?to(?= )"),
    ),
    "say says said said saying": ((SAY, ""),),
    "announce announces announced announced announcing": ((SAY, ""),),
    "confirm confirms confirmed confirmed confirming": ((APPOINT, r"(?= (?:<T\d+> )?<P\d+> as\b)"), (SAY, "")),
    "tell tells told told telling": ((SAY, ""),),
    "out - - - -": ((RESIGN, r" as (?=(?:the |its )?<T)"),),
    "poach poaches poached poached poaching": ((APPOINT, ""),),
    "remain remains remained remained remaining": ((REMAIN, r"(?= .*?<D)"),),
    "is is was - being": ((IS, r" (?:currently |now |previously |formerly )?(?:the |its |a )?(?:new )?(?=<T)"),),
}
_AUXILIARY = (
    r"(?:(?:<D\d+>|\b(?:will|would|shall|has|have|had|is|are|was|were|be|been|being|to|not|never|no longer|also|"
    r"now|both|each|"
    r"formally|officially|immediately|soon|today|may|might|could|should|can|expected|set|due|likely|poised|slated|"
    r"scheduled|tipped|rumoured|rumored|declined|denied|refused|plans?|planned|intends?|intention|agreed|going|used|"
    r"currently|reportedly|allegedly|temporarily|then|all|as|neither|nor|won't|hasn't|haven't|isn't|didn't|said|"
    r"believed|thought|in talks|did|does|do)) )*$"
)
_HEARSAY = re.compile(
    r"\b(?:may|might|could|would|should|can|expected|likely|tipped|rumoured|rumored|reportedly|allegedly|in talks|"
    r"said to|"
    r"believed|thought|poised)\b"
)
_DOUBT = re.compile(
    r"\b(?:rumou?rs?|reports that|speculation|considering|if|whether|should|according to (?:people|sources)|"
    r"sources say|"
    r"analysts say|asked to|could|may)\b"
)
_DENIAL = re.compile(r"\b(?:den(?:y|ied|ies)|rejects?|rejected|dismissed reports|without|instead of|"
                     r"rather than|before)$|"
                     r"\bden(?:y|ied|ies)\b")  # fmt: skip
_WISHED = re.compile(r"\b(?:expected|wanted|urged|asked|pressed|told) (?:<T\d+> ,? ?)?<P\d+>$")
_DENIED_THEN = re.compile(
    r"[^.;]*\b(?:but|though|although|which)\b [^.;]*\b(?:denied|denies|rejected|dismissed) (?:that|this|it|the)\b"
)
_NOT = re.compile(
    r"\b(?:not|never|no longer|declined|denied|refused|neither|nor|no plans|won't|hasn't|haven't|isn't|didn't|used)\b"
)
_BE = re.compile(r"\b(?:is|are|was|were|be|been|being)\b(?! (?:going|to)\b)")
_REPORTED = re.compile(r"\b(?:said|announced|confirmed|told)\b")
_COMING = re.compile(
    r"\b(?:will|shall|is to|are to|set to|due to|scheduled to|slated to|plans? to|intends? to|"
    r"intention to|going to|agreed to)\b"
)
_PERFECT = re.compile(r"\b(?:has|have|had)\b")
_WORDS: dict[str, tuple[str, str]] = {}
for _forms in _VERBS:
    for _name, _word in zip(_FORMS, _forms.split(), strict=True):
        _WORDS.setdefault(_word, (_forms, _name))
_TAILS = {forms: [(cls, re.compile(tail)) for cls, tail in rules] for forms, rules in _VERBS.items()}
_WORD = re.compile(r"[a-z][a-z'-]*")
_ANNOUNCING = frozenset({APPOINT, PROMOTE})


class Trigger(NamedTuple):
    """A verb in a line: its class, where its phrase (with auxiliaries) and the verb begin, where they end, its voice.

    ``told`` is one of the ways of `orggraph.extraction.days`, empty for a verb without a tense of its own
    (``replacing``). ``doubt`` is the word for which it is hearsay or denied.
    """

    kind: str
    first: int
    verb: int
    end: int
    passive: bool
    told: str
    doubt: str
    word: str


def triggers(line: str) -> list[Trigger]:
    """Find the triggers of a tagged line, in order.

    >>> [(t.kind, t.told, t.passive) for t in triggers("<P0> has been appointed <T1> and will report to <P2> .")]
    [('appoint', 'announced', True), ('report', 'coming', False)]
    >>> [t.doubt for t in triggers("<P0> is expected to leave <O1> , which denied that <P2> had resigned .")]
    ['expected', 'denied']
    """
    found: list[Trigger] = []
    end = 0
    for match in _WORD.finditer(line):
        if match.start() < end or match.group() not in _WORDS or line[match.start() - 1 : match.start()] == "<":
            continue
        made = _trigger(line, match, end)
        if made is not None:
            found.append(made)
            end = made.end
    return found


def _trigger(line: str, match: re.Match[str], floor: int) -> Trigger | None:
    forms, form = _WORDS[match.group()]
    tail = next(((cls, t) for cls, pattern in _TAILS[forms] if (t := pattern.match(line, match.end()))), None)
    if tail is None:
        return None
    kind, rest = tail
    helped = re.search(_AUXILIARY, line[floor : match.start()])
    first = floor + helped.start() if helped else match.start()
    words = line[first : match.start()].strip()
    passive = bool(_BE.search(words)) and form in ("past", "participle")
    if (
        kind == APPOINT
        and not words
        and form in ("past", "participle")
        and line[: match.start()].rstrip().endswith(">")
    ):
        passive = passive or bool(re.search(r"<P\d+> $", line[: match.start()]))
    if "would" in words.split() and _REPORTED.search(line[:first]):
        words += " will"
    told = _told(words, form, passive=passive, announcing=kind in _ANNOUNCING, word=match.group())
    doubt = _doubt(line, first, words, rest.end())
    return Trigger(kind, first, match.start(), rest.end(), passive, told, doubt, match.group())


def _told(words: str, form: str, *, passive: bool, announcing: bool, word: str) -> str:
    """Tell how a verb with its auxiliaries tells a change."""
    if _COMING.search(words):
        return COMING
    if announcing or word.startswith("resign"):
        return ANNOUNCED
    if form == "ing" and not passive:
        return COMING if re.search(r"\b(?:is|are|be)\b", words) else ""
    if word == "out" or _PERFECT.search(words) or re.search(r"\b(?:was|were)\b", words):
        return DONE
    if words == "be" or (form == "base" and re.search(r"\bto$", words)):
        return ""
    if (form in ("past", "participle") and not passive) or re.search(r"\bnow\b", words):
        return DONE
    return PRESENT


def _doubt(line: str, first: int, words: str, end: int) -> str:
    """Give the word for which a verb is hearsay or denied, empty where it is stated.

    The verb with its auxiliaries (``words``) stands from ``first`` to ``end``.
    """
    for pattern in (_NOT, _HEARSAY):
        found = pattern.search(words)
        if found and not (found.group() == "would" and _REPORTED.search(line[:first])):
            return found.group()
    before = line[:first]
    clause = re.split(r"[;:.]", before)[-1]
    found = _DOUBT.search(clause) or _DENIAL.search(clause)
    if found is None and re.match(r"to\b", words):
        found = re.search(r"\w+", wished.group()) if (wished := _WISHED.search(clause.strip())) else None
    if found is None and _DENIED_THEN.match(line, end):
        return "denied"
    return found.group() if found else ""
