"""Words by what they do in an article; none of them is a name."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Read a list of words that are divided by blanks."""
    return frozenset(text.split())


ABBREVIATIONS = words(
    """
    approx apr aug co corp dec dept dr est feb gen hon inc jan jr jul jun ltd mar mr mrs ms no nov oct prof rep rev
    sen sep sept sir sr st vs
    """
)
"""What may stand before a full stop without ending a sentence."""

HEADS = words(
    """
    administrator adviser advisor ambassador analyst architect bishop captain ceo cfo chair chairman chairperson
    chairwoman chancellor chief cio ciso cmo coach commissioner conductor controller coo coordinator counsel cpo cro
    cto curator dean designer developer director director-general economist editor editor-in-chief engineer evp
    executive governor head headteacher lead librarian manager mayor minister officer ombudsman partner president
    principal producer provost rector registrar scientist secretary secretary-general strategist superintendent
    supervisor svp treasurer vice-chancellor vice-president vp
    """
)
"""Words that a title of a post may end with, before what it is of."""

MODIFIERS = words(
    """
    academic account accounts affairs area art artistic assistant associate athletic branch brand business chain
    chief chief- city clinical co- co-chief commercial communications community compliance content corporate country
    creative customer data defence defense department deputy design development digital division editorial education
    engineering executive finance financial first-team foreign founding general global group growth head health home
    human information information-security interior investment junior lead learning legal machine managing marketing
    medical music national news non-executive nursing office operating operations people permanent plant policy
    prime principal privacy process product program programme project public quality regional relations research
    resources revenue risk sales scientific security senior site software sporting sports staff state store strategy
    studio supervisory supply sustainability team technical technology training transport vice web
    """
)
"""Words that belong to the title which they stand before."""

TOPS = words(
    """
    ceo cfo chair chairman chairperson chairwoman chancellor cio cmo coo cto dean director-general editor-in-chief
    governor mayor president provost rector secretary-general treasurer
    """
)
"""Heads whose ``of Somewhere`` names the organization rather than a field of work."""

OPENING = words(
    """
    a an as became become becomes first her his its new next our the their to
    """
)
"""Words after which a title may begin with a word that is not known."""

NOT_OF = words(
    """
    a all an and at by from her his in its last next of on one or our that the their this to two which who with
    """
)
"""Words that are no part of a title."""

NO_PART = words(
    """
    acting board caretaker club company current ex former founder interim longtime newly outgoing permanent position
    post previous role veteran
    """
)
"""Words that only describe a title, and are no part of it."""

AFTER_TITLE = words(
    """
    after before earlier early effective following for had has have immediately is joined joins last late later next
    replacing reporting reports said says since starting starts succeeding takes this today tomorrow took until was
    when while who will yesterday
    """
)
"""Words that end a title."""

HONORIFICS = words(
    """
    baroness captain dame dr dr. judge lady lord mr mr. mrs mrs. ms ms. prof prof. professor rev rev. sir
    """
)
"""What may stand before the name of a person, and is no part of it."""

PARTICLES = words(
    """
    af al ap bin da de del della den der di dos du el ibn la le ten ter und van von y zu
    """
)
"""Small words inside the names of persons and organizations."""

NO_NAME = words(
    """
    a according acting after also an analysts and april as at august before board both but by chief co-founder
    company dear december deputy earlier effective february for former founder founders friday from he hello her his
    however i if in interim it its january july june last later march meanwhile minister monday neither next no not
    november october of on one or outgoing please prime rumours saturday september shareholders she since some
    starting studio sunday team that the their there these they this those three thursday to today tomorrow tuesday
    two under until version we wednesday when while who with yesterday
    """
)
"""Words that are written with a capital letter where a sentence begins, and begin no name."""

ORGANIZATIONAL = words(
    """
    a/s ab ag agency airlines airways analytics association authority bank biosciences biotech brewery bv cables
    capital cars city club co co. college company consulting corp corp. corporation council data department drones
    energy fc federation ferries foods foundation games gmbh group health holdings hospital hotels inc inc.
    industries institute insurance international laboratories labs llc logistics ltd ltd. maps marine media mining
    ministry motors museum mutual network networks news nv office opera orchestra oy partners party pharma
    philharmonic plc post press railways resorts retail robotics rovers s.a. sa school semiconductor services
    shipping society software steel studio studios systems technologies telecom theatre times trust union united
    university water
    """
)
"""Words that make a name that of an organization."""
