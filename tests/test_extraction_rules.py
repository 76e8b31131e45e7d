"""Single phrases: what each says and what it leaves open, and that nothing breaks the rules."""

from __future__ import annotations

import time
from datetime import date

import pytest
from extraction_score import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.extraction import GAP, extract
from orggraph.extraction.days import ANNOUNCED, COMING, DONE, PRESENT, moment, whens
from orggraph.extraction.sentences import MOST, divide

PUBLISHED = date(2025, 10, 3)
"""A Friday."""
SHOWN = ("kind", "person", "post", "from_post", "organization", "reports_to", "replaces", "effective")

PHRASES = {
    "succeeding": (
        "Maria Keller has been named CEO of Tarn Industries, succeeding Paul Voss, who is stepping down in May.",
        ["starts Maria Keller CEO Tarn Industries Paul Voss ../..",
         "ends Paul Voss CEO Tarn Industries 2026-05-01/2026-06-01"],
    ),
    "indirect speech": (
        "Voltera, the battery maker, said on Monday that its chief financial officer, Ines Roth, would leave at the "
        "end of June and be replaced by Omar Haddad, currently head of treasury.",
        ["ends Ines Roth Voltera 2026-06-30/2026-07-01", "starts Omar Haddad CFO Voltera Ines Roth 2025-10-03/.."],
    ),
    "who somebody was by the way": (
        "Northwind Robotics said that Lena Ortiz, a former treasurer at Halden AG, will join as its finance chief.",
        ["starts Lena Ortiz Finance Chief Northwind Robotics 2025-10-03/.."],
    ),
    "what was expected, and denied": (
        "Analysts had expected Anna Kohl to leave Northwind, but the company denied that.",
        [],
    ),
    "held by": (
        "Northwind Robotics created the post of chief safety officer, to be held by Tom Reyes.",
        ["created Chief Safety Officer Northwind Robotics ../2025-10-03",
         "starts Tom Reyes Chief Safety Officer Northwind Robotics ../.."],
    ),
    "interim basis": (
        "Tom Becker is out as head coach of the Ravens. Luis Ortega takes over on an interim basis.",
        ["ends Tom Becker Head Coach Ravens ../2025-10-03", "acting Luis Ortega Head Coach Ravens Tom Becker ../.."],
    ),
    "colon": (
        "The Brenner Institute has a new director: Hanna Weiss started on 1 September.",
        ["starts Hanna Weiss Director Brenner Institute 2025-09-01"],
    ),
    "career": (
        "Rosa Lindt, who joined Pelagic in 2019 as head of sales and was promoted to COO two years later, has been "
        "appointed chief executive with immediate effect.",
        ["starts Rosa Lindt Head of Sales Pelagic 2019", "transferred Rosa Lindt COO Pelagic ../..",
         "starts Rosa Lindt CEO Pelagic ../2025-10-03"],
    ),
    "board chair": (
        "Quantix Holdings announced that Board Chair Eleanor Finch will retire on December 31, 2025. Vice Chair David "
        "Okoro has been elected to succeed her, effective January 1, 2026.",
        ["ends Eleanor Finch Quantix Holdings 2025-12-31/2026-01-01",
         "starts David Okoro Chair Quantix Holdings Eleanor Finch 2026-01-01"],
    ),
    "from whom": (
        "Prof. Amir Rahimi takes over the chair of physics at the University of Lund from Dr. Greta Olsson on 1 April.",
        ["starts Amir Rahimi Chair of Physics University of Lund Greta Olsson 2026-04-01"],
    ),
    "appointed to it": (
        "Ember Ltd created a new role, chief AI officer, and appointed Samuel Boateng to it.",
        ["starts Samuel Boateng Chief AI Officer Ember Ltd ../..", "created Chief AI Officer Ember Ltd ../2025-10-03"],
    ),
    "another firm is not the one that was left": (
        "John Smith has left the firm. Smith joins Baker & Partners as a partner.",
        ["starts John Smith Partner Baker & Partners ../.."],
    ),
    "age in brackets": (
        "Peter Novak (52) will on 1 July succeed Jan Dvorak as chairman of Moravia Glass.",
        ["starts Peter Novak Chairman Moravia Glass Jan Dvorak 2026-07-01"],
    ),
    "possessive in a name": (
        "Dr Alice Wong replaced Dr Bob Reed as medical director at Queen's Hospital last week.",
        ["starts Alice Wong Medical Director Queen's Hospital Bob Reed 2025-09-22/2025-09-28"],
    ),
    "both effective": (
        "Solara Energy promoted Kate Holm to chief executive and hired Rob Dean as chief financial officer, both "
        "effective October 15.",
        ["transferred Kate Holm CEO Solara Energy 2025-10-15", "starts Rob Dean CFO Solara Energy 2025-10-15"],
    ),
    "no longer but": (
        "Ana Ruiz will no longer report to Ben Stone but to Carla Voss.", ["reports Ana Ruiz Carla Voss 2025-10-03/.."],
    ),
    "reporting": (
        "Effective November 3, Hana Sato will assume the role of chief people officer at Kumo Foods, reporting to CEO "
        "Ken Ito.",
        ["starts Hana Sato Chief People Officer Kumo Foods Ken Ito 2025-11-03"],
    ),
    "noun": (
        "Ana Ruiz's promotion to finance director was confirmed on Thursday. Ruiz replaces Ben Stone.",
        ["transferred Ana Ruiz Finance Director Ben Stone ../.."],
    ),
    "one day, two persons": (
        "Grant Wood steps down today as chairman of Lakeside Bank; Ellen Park will serve as interim chair.",
        ["ends Grant Wood Chairman Lakeside Bank 2025-10-03/2025-10-04",
         "acting Ellen Park Chair Lakeside Bank 2025-10-03/.."],
    ),
    "replaced by nobody named": (
        "Ana Ruiz has been replaced as head of sales at Solara Energy.",
        ["ends Ana Ruiz Head of Sales Solara Energy ../2025-10-03"],
    ),
    "announced today": (
        "Harbour Analytics today named Eva Lindholm as chief scientist.",
        ["starts Eva Lindholm Chief Scientist Harbour Analytics ../.."],
    ),
    "only planned": (
        "Solara Energy plans to create the role of chief data officer. It may appoint Ana Ruiz as its first.", [],
    ),
    "nobody": ("Nobody has been appointed to replace Mr Stone. Acting CFO Lena Kurz will stay until then.", []),
    "not a role": ("Microsoft will report earnings. Apple named a price. The manager leaves nothing to chance.", []),
    "what was so before": ("Carla Voss reported to Ana Ruiz. She has been CFO of Solara Energy since 2020.", []),
    "denied": ("The mayor, Julia Sand, denied that she would step down.", []),
    "without a place": ("She replaces Ben Stone, who died in May. Ana Ruiz replaces Ben Stone.", []),
}  # fmt: skip


@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_says_this_and_no_more(name: str) -> None:
    text, expected = PHRASES[name]
    rows = [change.fields() for change in extract(text, published=PUBLISHED).changes]
    assert [" ".join(row[field] for field in SHOWN if field in row) for row in rows] == expected


# ---- days (pitfalls 1, 2, 6 and 15: a day that is announced, last days, parts of dates, what will be)

DAYS = [
    ("", DONE, "../2025-10-03"), ("", COMING, "2025-10-03/.."), ("", PRESENT, "../.."), ("", ANNOUNCED, "../.."),
    ("today", ANNOUNCED, "../.."), ("on Monday", ANNOUNCED, "../.."), ("in 2019", ANNOUNCED, "../.."),
    ("effective today", ANNOUNCED, "2025-10-03"), ("effective January 1", ANNOUNCED, "2026-01-01"),
    ("effective September 1", ANNOUNCED, "2025-09-01"), ("with effect from 1 May 2027", ANNOUNCED, "2027-05-01"),
    ("on Monday", DONE, "2025-09-29"), ("on Friday", DONE, "2025-10-03"), ("on Monday", COMING, "2025-10-06"),
    ("on Friday", COMING, "2025-10-10"), ("on Monday", PRESENT, "2025-09-29/2025-10-06"),
    ("from Monday", PRESENT, "2025-10-06"), ("next Monday", PRESENT, "2025-10-06"), ("last Friday", DONE, "2025-09-26"),
    ("earlier this week", DONE, "2025-09-29/2025-10-03"), ("this week", DONE, "2025-09-29/2025-10-03"),
    ("this week", COMING, "2025-10-03/2025-10-05"), ("last week", DONE, "2025-09-22/2025-09-28"),
    ("from next month", COMING, "2025-11"), ("last month", DONE, "2025-09"),
    ("this month", DONE, "2025-10-01/2025-10-03"),
    ("early next year", COMING, "2026"), ("last year", DONE, "2024"), ("in December", DONE, "2024-12"),
    ("in December", COMING, "2025-12"), ("in the first quarter", COMING, "2026-01/2026-03"),
    ("in Q4 2026", COMING, "2026-10/2026-12"), ("on March 3rd, 2024", DONE, "2024-03-03"),
    ("on 29 February", DONE, "2024-02-29"), ("in 2026", COMING, "2026"), ("yesterday", DONE, "2025-10-02"),
    ("tomorrow", COMING, "2025-10-04"), ("on 2025-12-24", COMING, "2025-12-24"),
    ("in the spring", COMING, "2025-10-03/.."),
    ("with immediate effect", ANNOUNCED, "../2025-10-03"), ("by the end of March", COMING, "2025-10-03/2026-03-31"),
    ("on 31 February 2026", COMING, "2025-10-03/.."),
]  # fmt: skip


@pytest.mark.parametrize("text, told, expected", DAYS, ids=lambda value: value or "nothing")
def test_a_day_is_bounded_as_it_is_told(text: str, told: str, expected: str) -> None:
    found = whens(f"She did so {text}.") if text else []
    assert str(moment(found[0] if found else None, told=told, published=PUBLISHED)) == expected


@pytest.mark.parametrize(
    "text, expected",
    [("on 31 March", "2026-03-31/2026-04-01"), ("effective 31 March", "2026-03-31"), ("until 31 March", "2026-04-01"),
     ("at the end of March", "2026-03-31/2026-04-01"), ("in March", "2026-03-01/2026-04-01"),
     ("at year-end", "2025-12-31/2026-01-01"), ("by the end of March", "2025-10-03/2026-04-01")],
)  # fmt: skip
def test_an_end_is_the_first_day_after(text: str, expected: str) -> None:
    (when,) = whens(f"She leaves {text}.")
    assert str(moment(when, told=COMING, published=PUBLISHED, ends=True)) == expected


@pytest.mark.parametrize("text", ["Ada May may leave.", "April Jones and June Roe", "They march on.", "Jan van Roe"])
def test_words_that_may_be_days_are_none(text: str) -> None:
    assert whens(text) == []


# ---- sentences


@pytest.mark.parametrize(
    "text, count",
    [("Dr. Ada Roe joins Acme Inc. on Monday.", 1), ("She leaves. He stays.", 2), ("J. R. Roe is out.", 1),
     ("A head\n\nAnother", 2), ("It rose 3.5 percent.", 1), ("“I go.” She went.", 2), ("", 0), (" . ", 0)],
)  # fmt: skip
def test_sentences_end_where_they_do(text: str, count: int) -> None:
    assert len(divide(text)) == count


def test_a_sentence_has_the_line_on_which_it_begins() -> None:
    assert [sentence.line for sentence in divide("One.\nTwo\nis long. Three.\r\n\r\nFour.")] == [1, 2, 3, 5]


# ---- nothing breaks them

WORDS = sorted({word for case in cases("odd") for word in case.text.split()} | {"<P0>", "<T1>", "\n\n", "…", "(", "“"})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=50), st.sampled_from([None, PUBLISHED]))
def test_any_words_are_read_and_every_quote_is_theirs(words: list[str], published: date | None) -> None:
    text = " ".join(words)
    plain = " ".join(text.split())
    for change in extract(text, published=published).changes:
        assert all(part in plain for part in change.quote.split(GAP))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    extract(text, published=PUBLISHED)


@pytest.mark.parametrize("part", ["Ada Roe, ", "who joined Acme as CTO, ", "A ", "on Monday ", "x"])
def test_a_text_without_an_end_is_read_in_pieces(part: str) -> None:
    text = part * (20 * MOST // len(part))
    assert all(len(sentence.text) <= MOST for sentence in divide(text))
    started = time.process_time()
    extract(text, published=PUBLISHED)
    assert time.process_time() - started < 20
