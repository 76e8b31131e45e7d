"""Names of things: the namespaces in use, the literal, and how instance IRIs are minted.

W3C ORG comes first, PROV for evidence, OWL-Time for periods, FOAF and SKOS for names; ``orgg:`` holds only what
those lack and is described in ``orgg.ttl`` beside this file.

Why minted IRIs carry no name: an IRI made from a name would still name a person who has been erased. It is a keyed
hash of what identifies the entity; the key (*salt*) belongs to the store. Why `Literal` is ours: the low floors do
not import an RDF library, which keeps the command line fast to start.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

ORG = "http://www.w3.org/ns/org#"
PROV = "http://www.w3.org/ns/prov#"
TIME = "http://www.w3.org/2006/time#"
FOAF = "http://xmlns.com/foaf/0.1/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
ORGG = "https://w3id.org/orggraph#"

PREFIXES: dict[str, str] = {
    "org": ORG,
    "orgg": ORGG,
    "prov": PROV,
    "time": TIME,
    "foaf": FOAF,
    "skos": SKOS,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "dcterms": DCTERMS,
}
"""The prefixes that queries may use without declaring them."""

RDF_TYPE = RDF + "type"
BASE = "urn:orggraph:"
"""The base under which instance IRIs are minted by default."""

CLASSES: dict[str, str] = {
    "person": FOAF + "Person",
    "post": ORG + "Post",
    "role": ORG + "Role",
    "unit": ORG + "OrganizationalUnit",
    "organization": ORG + "Organization",
}
"""The class of each kind of entity."""


class Literal(NamedTuple):
    """An RDF literal: its lexical form, datatype IRI and, for ``rdf:langString``, language."""

    value: str
    datatype: str = XSD + "string"
    language: str = ""


Term = str | Literal
"""An RDF term without blank nodes: a plain string is an IRI."""

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\s<>\"{}|\\^`\[\]%\x00-\x1f]|%[0-9A-Fa-f]{2})+", re.ASCII)


def is_iri(text: str) -> bool:
    """Tell whether ``text`` is an absolute IRI that can be used as it stands.

    >>> is_iri("https://example.org/p/1"), is_iri("Chief: Staff"), is_iri("Daniela Amodei")
    (True, False, False)
    """
    return bool(_IRI.fullmatch(text)) and (text.startswith("urn:") or "://" in text)


def mint(kind: str, *key: str, base: str = BASE, salt: str = "") -> str:
    """Make the IRI of the ``kind`` (``person``, ``tenure``, …) of entity that ``key`` identifies.

    The same key gives the same IRI in the same store. 80 bits of BLAKE2b keyed with ``salt``.

    >>> mint("person", "Acme", "name", "Ada Lovelace")
    'urn:orggraph:person:7225c9cf191cf47b21ce'
    """
    return f"{base}{kind}:{digest(*key, salt=salt)}"


def digest(*parts: str, salt: str = "") -> str:
    """Give 20 hexadecimal digits that depend on every part and on the boundaries between them."""
    text = "\x1f".join(part.replace("\x1f", " ") for part in parts)
    key = salt.encode()[:64]
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10, key=key).hexdigest()


def name_key(name: str) -> str:
    """Fold a name for comparison: Unicode NFKC, case, and runs of white space.

    >>> name_key("  Zoë\\u00a0 ADAMS") == name_key("zoë adams")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
