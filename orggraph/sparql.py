"""The text of a SPARQL query: its tokens, what is refused in it, and how parameters are bound in it.

Why tokens and not a search for words: ``ex:from`` and ``"SERVICE"`` are harmless, ``FROM`` is not. Why the tokens are
stricter than the grammar: pyoxigraph's parser needs no white space between words and tries again where one reading
fails, so ``trueSERVICE``, ``service:x`` and ``?a<?b)SERVICE ex:x#>`` all reach the network there. Whatever the two
might read differently is refused: an unknown word, an undeclared prefix, a wrong escape, a ``<`` that could be either
an operator or the beginning of an IRI.

Why ``VALUES`` and not text put in place of the variable: a projected, grouped or counted variable stays a variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

from orggraph.errors import QueryError, UnsafeQuery

UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH", "USING"})
AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
MAX_DEPTH = 100
"""The most brackets within brackets; the parser's stack is not endless."""

_SPELLED = """
    BASE PREFIX VERSION SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED AS WHERE GROUP BY HAVING ORDER ASC DESC LIMIT
    OFFSET VALUES UNDEF OPTIONAL GRAPH BIND UNION MINUS FILTER LATERAL EXISTS NOT IN A TRUE FALSE SEPARATOR
    STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
    ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW
    UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL
    ISNUMERIC REGEX SUBSTR REPLACE LANGDIR HASLANG HASLANGDIR STRLANGDIR TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE
    ADJUST
"""
_WORDS = AGGREGATES | frozenset(_SPELLED.split())

_ESCAPE = r"\\(?:[tbnrf\"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:\s|\#[^\n\r]*)+)
  | (?P<iri><(?:[^<>"{{}}|\\^`\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<long>\"\"\"|''')
  | (?P<string>"(?:[^"\\\n\r]|{_ESCAPE})*"|'(?:[^'\\\n\r]|{_ESCAPE})*')
  | (?P<lang>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
  | (?P<variable>[?$][\w·]+)
  | (?P<blank>_:\w(?:[\w.·-]*[\w·-])?)
  | (?P<name>(?:[^\W\d_](?:[\w.·-]*[\w·-])?)?:
        (?:(?:[\w:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])
           (?:(?:[\w:·-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])|\.+(?=[\w:·%\\-]))*)?)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark><<\(|\)>>|<<|>>|\{{\||\|\}}|\^\^|&&|\|\||[<>!]=|[{{}}()\[\].,;=<>!+*/|^?~-])
    """,
    re.VERBOSE,
)
_LONG = {quote: re.compile(rf"(?:{quote[0]}{{0,2}}(?:[^{quote[0]}\\]|{_ESCAPE}))*{quote}") for quote in ('"""', "'''")}
_CODE_POINT = re.compile(r"\\(?:\\|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_OPENS = {"{": "}", "(": ")", "[": "]", "<<(": ")>>", "{|": "|}"}
_FEDERATED = "SERVICE"


class Token(NamedTuple):
    """One token: its kind (iri, string, lang, variable, blank, name, number, word, mark), text and offset."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """Give the keyword in capitals, empty for what is no word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(sparql: str) -> list[Token]:
    """Split a query into tokens, without white space and comments; raise `QueryError` with line and column.

    >>> [token.text for token in tokens("ASK { ?s ex:from 'SERVICE' } # LOAD")]
    ['ASK', '{', '?s', 'ex:from', "'SERVICE'", '}']
    """
    found: list[Token] = []
    stack: list[Token] = []
    at = 0
    while at < len(sparql):
        token, at = _token(sparql, at)
        if token.kind == "space":
            continue
        if token.kind == "iri" and stack and stack[-1].text == "(" and found and _is_operand(found[-1]):
            raise error_at(sparql, token.start, "this < may be an operator or the beginning of an IRI; put a space "
                           "after an operator, or write the IRI with a prefix")  # fmt: skip
        if token.kind == "mark":
            token, at = _bracket(sparql, token, at, stack=stack)
        found.append(token)
    if stack:
        raise error_at(sparql, stack[-1].start, f"this {stack[-1].text!r} is never closed")
    return found


def _token(sparql: str, at: int) -> tuple[Token, int]:
    """Read the token at an offset, and give the offset after it."""
    match = _TOKEN.match(sparql, at)
    if match is None:
        what = "a text that is not closed, or a wrong escape in it" if sparql[at] in "\"'" else repr(sparql[at])
        raise error_at(sparql, at, f"{what} is not SPARQL")
    kind, text = str(match.lastgroup), match.group()
    if kind == "long":
        rest = _LONG[text].match(sparql, match.end())
        if rest is None:
            raise error_at(sparql, at, "a text that is not closed, or a wrong escape in it, is not SPARQL")
        kind, text = "string", text + rest.group()
    if kind in ("string", "iri"):
        for escape in _CODE_POINT.finditer(text):
            code = int(escape.group(1) or escape.group(2) or "0", 16)
            if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
                raise error_at(sparql, at + escape.start(), f"{escape.group()} is no character")
    return Token(kind, text, at), at + len(text)


def _is_operand(token: Token) -> bool:
    """Tell whether an operator may follow the token in an expression."""
    if token.kind == "mark":
        return token.text in (")", ")>>", ">>", "}", "]")
    return token.kind != "word" or token.word in ("TRUE", "FALSE")


def _bracket(sparql: str, token: Token, at: int, *, stack: list[Token]) -> tuple[Token, int]:
    """Keep the stack of open brackets; take ``)>>`` and ``|}`` apart where they close nothing of that kind."""
    closing = _OPENS[stack[-1].text] if stack else ""
    if token.text in (")>>", "|}") and token.text != closing:
        token, at = token._replace(text=token.text[0]), token.start + 1
    if token.text in _OPENS:
        stack.append(token)
        if len(stack) > MAX_DEPTH:
            raise error_at(sparql, token.start, f"more than {MAX_DEPTH} brackets within each other")
    elif token.text in _OPENS.values():
        if token.text != closing:
            raise error_at(sparql, token.start, f"{token.text!r} closes nothing that is open")
        stack.pop()
    return token, at


def check_safe(sparql: str, *, prefixes: Mapping[str, str]) -> list[Token]:
    """Give the tokens of a query that only reads what it is given; ``prefixes`` are those known beforehand.

    Raises `UnsafeQuery` that names what would write, fetch or federate, `QueryError` for what is not SPARQL.

    >>> check_safe("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", prefixes={})
    Traceback (most recent call last):
    ...
    orggraph.errors.UnsafeQuery: line 1, column 12: SERVICE is refused: a query reads nothing but the graph it is \
asked on
    """
    found = tokens(sparql)
    if not found:
        raise QueryError("the query is empty")
    known = {**prefixes, **_declared(found)}
    for number, token in enumerate(found):
        if token.word:
            _check_word(sparql, token, following=found[number + 1 : number + 2])
        elif token.kind == "name":
            _check_name(sparql, token, known)
    return found


def _check_word(sparql: str, token: Token, *, following: Sequence[Token]) -> None:
    word = token.word
    if word in UPDATES:
        raise _unsafe(sparql, token, f"{word} is refused: a query changes nothing (load or record a role change)")
    if word == "FROM":
        named = "FROM NAMED" if following and following[0].word == "NAMED" else "FROM"
        raise _unsafe(sparql, token, f"{named} is refused: a query reads nothing but the graph it is asked on")
    if _FEDERATED in word:
        raise _unsafe(sparql, token, "SERVICE is refused: a query reads nothing but the graph it is asked on")
    if word not in _WORDS:
        raise error_at(sparql, token.start, f"{token.text!r} is no word of SPARQL{did_you_mean(word, _WORDS)}")


def _check_name(sparql: str, token: Token, known: Mapping[str, str]) -> None:
    prefix, _, local = token.text.partition(":")
    if _FEDERATED in prefix.upper():
        raise _unsafe(sparql, token, f"the prefix {prefix}: is refused, since it can be read as SERVICE; take another")
    if prefix not in known:
        hint = did_you_mean(prefix, known)
        raise error_at(sparql, token.start, f"the prefix {prefix}: is not declared{hint}")
    if _FEDERATED in local.upper() and not known[prefix].endswith(("/", "#")):
        raise _unsafe(sparql, token, f"{token.text} is refused, since it can be read as SERVICE; write the whole IRI")


class Called(NamedTuple):
    """A function or a predicate with a list behind it: its IRI, how many arguments there are, and where it stands."""

    iri: str
    arguments: int
    start: int


def calls(found: Sequence[Token], *, prefixes: Mapping[str, str]) -> list[Called]:
    """List what is written like the call of a function by its IRI; ``prefixes`` are those known beforehand.

    >>> calls(tokens("ASK { FILTER(ex:near(?a, ex:at(1, 2))) }"), prefixes={"ex": "urn:x:"})
    [Called(iri='urn:x:near', arguments=2, start=13), Called(iri='urn:x:at', arguments=2, start=25)]
    """
    known = {**prefixes, **_declared(found)}
    listed: list[Called] = []
    for number, (token, following) in enumerate(pairwise(found)):
        if following.text != "(" or token.kind not in ("iri", "name"):
            continue
        prefix, _, local = token.text.partition(":")
        iri = token.text[1:-1] if token.kind == "iri" else known.get(prefix, "") + local
        listed.append(Called(iri, _arguments(found[number + 1 :]), token.start))
    return listed


def _declared(found: Sequence[Token]) -> dict[str, str]:
    """Give the prefixes that a query declares."""
    triples = zip(found, found[1:], found[2:], strict=False)
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for prefix, name, iri in triples
        if prefix.word == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def _arguments(found: Sequence[Token]) -> int:
    """Count what stands between a bracket and the one that closes it, parted by commas."""
    depth, commas = 0, 0
    for number, token in enumerate(found):
        if token.kind != "mark":
            continue
        depth += (token.text in _OPENS) - (token.text in _OPENS.values())
        commas += token.text == "," and depth == 1
        if depth == 0:
            return 0 if number == 1 else commas + 1
    return 0


def not_monotone(found: Sequence[Token]) -> tuple[str, ...]:
    """List what in a query may give fewer or other answers when there are more triples, in capitals, sorted.

    >>> not_monotone(tokens("SELECT (COUNT(?p) AS ?n) { ?p a ?c MINUS { ?p a ?d } }"))
    ('COUNT', 'MINUS')
    """
    words = {token.word for token in found}
    said = words & (AGGREGATES | {"OPTIONAL", "MINUS", "LIMIT", "OFFSET"})
    for before, token in pairwise(found):
        if token.word == "EXISTS" and (before.word == "NOT" or before.text == "!"):
            said = said | {"NOT EXISTS"}
    return tuple(sorted(said))


def is_ordered(found: Sequence[Token]) -> bool:
    """Tell whether the query itself, not only a part of it, has an ``ORDER BY``."""
    depth = 0
    for token in found:
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        if depth == 0 and token.word == "ORDER":
            return True
    return False


def form(found: Iterable[Token]) -> str:
    """Give the word that says what a query gives: SELECT, ASK, CONSTRUCT or DESCRIBE; empty where there is none.

    >>> form(tokens("PREFIX ex: <urn:x:> ASK { ?a ex:select ?b }"))
    'ASK'
    """
    return next((token.word for token in found if token.word in FORMS), "")


def variables(found: Iterable[Token]) -> list[str]:
    """List the names of the variables, sorted, without ``?`` or ``$``."""
    return sorted({token.text[1:] for token in found if token.kind == "variable"})


@dataclass(slots=True)
class _Group:
    """A group graph pattern: where its content begins, the variables right in it, whether it is a sub-SELECT."""

    start: int
    outermost: bool
    variables: set[str] = field(default_factory=set)
    subselect: bool = False


def bind(sparql: str, found: Sequence[Token], *, parameters: Mapping[str, str]) -> str:
    """Give the query with each parameter bound wherever its variable stands, also where it is not projected.

    ``parameters`` are terms as SPARQL writes them (``<urn:a>``, ``"text"``), made by a library and not by hand. A group
    gets ``VALUES`` if it is the outermost one or speaks of the variable itself; a query without a group gets them at
    its end. Raises `QueryError` for a parameter that is no variable of the query.

    >>> text = "SELECT ?p { ?p ?q ?m }"
    >>> bind(text, tokens(text), parameters={"m": "<urn:a>"})
    'SELECT ?p { VALUES ?m { <urn:a> } ?p ?q ?m }'
    """
    known = variables(found)
    for name in parameters:
        if name not in known:
            has = f" (it has {', '.join(known)})" if known else ""
            raise QueryError(f"the query has no parameter {name!r}{did_you_mean(name, known)}{has}")
    blocks = {name: f" VALUES ?{name} {{ {term} }}" for name, term in parameters.items()}
    groups = [group for group in _groups(found) if not group.subselect]
    if not any(group.outermost for group in _groups(found)):
        return sparql + "\n" + "".join(blocks.values())
    pieces, at = [], 0
    for group in groups:
        pieces.append(sparql[at : group.start])
        pieces += [block for name, block in blocks.items() if group.outermost or name in group.variables]
        at = group.start
    return "".join(pieces) + sparql[at:]


def _groups(found: Sequence[Token]) -> list[_Group]:
    """Find the groups that may hold ``VALUES``, in the order of their beginnings."""
    groups: list[_Group] = []
    stack: list[_Group | None] = []
    for number, token in enumerate(found):
        if token.kind == "variable" and stack and stack[-1]:
            stack[-1].variables.add(token.text[1:])
        elif token.text == "{" and token.kind == "mark":
            group = None
            if not _is_template(found, number):
                group = _Group(token.start + 1, outermost=not any(stack))
                group.subselect = number + 1 < len(found) and found[number + 1].word == "SELECT"
                if stack and stack[-1] and stack[-1].subselect:
                    group.variables |= stack[-1].variables
                groups.append(group)
            stack.append(group)
        elif token.text == "}" and token.kind == "mark" and stack:
            stack.pop()
    return groups


def _is_template(found: Sequence[Token], number: int) -> bool:
    """Tell whether the ``{`` opens a template (CONSTRUCT) or data (VALUES), and no group."""
    before = [token.word for token in found[max(0, number - 2) : number]]
    if before[-1:] == ["CONSTRUCT"] or before == ["CONSTRUCT", "WHERE"]:
        return True
    back = number - 1
    while back >= 0 and (found[back].kind == "variable" or found[back].text in ("(", ")")):
        back -= 1
    return back >= 0 and found[back].word == "VALUES"


def error_at(sparql: str, offset: int, message: str) -> QueryError:
    """Make the error that names line and column, both counted from 1."""
    return QueryError(f"{_place(sparql, offset)}: {message}")


def _unsafe(sparql: str, token: Token, message: str) -> UnsafeQuery:
    return UnsafeQuery(f"{_place(sparql, token.start)}: {message}")


def _place(sparql: str, offset: int) -> str:
    before = sparql[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Write the hint at the nearest known word, empty where none is near.

    >>> did_you_mean("SELCT", ["SELECT", "ASK"])
    '; did you mean SELECT?'
    """
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
