"""Words: everything that a page says to a person, in English, in one place.

Why one module: whoever wants the pages in another language, or in better English, changes nothing else. What comes from
the floors below (notes beside rows, findings, errors) is said there, as the command line says it too.
"""

from __future__ import annotations

LANGUAGE = "en"
PRODUCT = "orggraph"

# ---- the frame
SKIP = "Skip to the content"
MAIN, SEARCH, TIME, ABOUT = "Main", "Search", "Day", "About this service"
ORGANIZATION, ASK, SPARQL, LOAD = "Organization", "Ask", "SPARQL", "Load"
ONTOLOGY, API, CHART = "Ontology", "API", "Chart"
FIND, FIND_HINT = "Find", "Names, old ones too"
ON, SHOW = "On", "Show"
NOTHING_FOUND = "Nobody and nothing has such a name"
SUGGESTIONS, SUGGESTED = "Suggestions", "{number} suggestions; the arrow keys choose"
SORT = "Sort by {column}"
COPY, COPIED, NOT_COPIED = "Copy link", "Link copied", "The link could not be copied"

# ---- the organization and its chart
CHART_ALT = "The org chart of {day}"
CHART_CAPTION = "The organization on {day}, as many levels as can be read at once:"
WHOLE_CHART, CHART_TEXT = "the whole chart", "as text"
IN_WORDS, SHOWN, BESIDE = "The chart in words", "What is shown", "About what was chosen"
VIEW, VIEWS = "View", ("people", "posts", "units")
COMPARE_WITH, DOTTED = "Compare with", "dotted lines"
KNOWN_ON, KNOWN_BY = "As known on", "As it was known by (a day or time, UTC)"
SMALLER, LARGER, FIT, FIT_LONG = "Smaller", "Larger", "Fit", "Show all of it"
FOLD, FOLD_LONG, UNFOLD, UNFOLD_LONG = "Fold", "Fold all below the second level", "Unfold", "Unfold what is here"
WHOLE, WHOLE_LONG = "Everybody", "Show the whole organization again"
TIME_TRAVEL, DAY, EARLIER_DAY = "Travel in time", "Day", "Earlier day to compare with"
EARLIER, PLAY, LATER_STEP = "Previous change", "Play", "Next change"
COMPARE, COMPARE_LONG = "Compare", "Compare with an earlier day"
STAGE = "The chart. Arrow keys move it, plus and minus change its size, 0 shows all of it; Tab goes to the people."
ON_THE_PAGE = {
    "happened": "What happened", "nothing": "Nothing changed.", "whole": "All of it", "more": "and {number} more",
    "page": "Everything about it", "focus": "Only from here down", "path": "Way to the top", "close": "Close",
}
"""What scripts say."""

# ---- entities
KIND_ON = "{kind}, on {day}"
FORMERLY, LATER, ALSO = "formerly {name}", "later {name}", "also {name}"
PREVIOUS_CHANGE, NEXT_CHANGE = "Previous change: {day}", "Next change: {day}"
NO_PREVIOUS, NO_NEXT = "No earlier change", "No later change"
THIS_VIEW, ON_CHART, CHANGES_OF = "Link to this view", "On the chart", "Changes of {name}"
AS_KNOWN = "as known at {time}"
ON_THE_DAY, OVER_TIME, EVERY_FACT, NAMES = "On this day", "Over time", "Every fact", "Names"
HOLDS, REPORTS_TO, REPORTS, HELD_BY = "Holds", "Reports to", "Reports", "Held by"
MEMBERS, PARTS, POSTS, PART_OF, HAS_IT = "Members", "Units in it", "Posts in it", "Part of", "Who has it"
HOLDS_NOTHING = "Holds nothing that is known on that day."
NOTHING_CHANGES = "It is not known that anything began or ended."
SUCCESSION = "Who held it, and when nobody did"
VACANT = "vacant: nobody is known to have held it"
MAYBE_VACANT = "perhaps vacant: the days are not known exactly"
NOT_ALL_FACTS = "What points at it is left out here, as there is much of it ({number} facts)."
ALL_HISTORY = "All that is known"
FACTS_SHOWN = "The first {shown} of {number} facts."
BARS_SHOWN = "The picture has the first {shown} of {number} lines; the table of every fact has more."
PICTURE = "Periods over time from {first} to {last}, as the table below lists them; {day} is marked."
PICTURE_KEY = "A full bar: certain. A faded one: possible, as the day is not known exactly. The line: {day}."
SHOWN_OF = "{caption} ({first} to {last} of {number})"
PREVIOUS_PAGE, NEXT_PAGE, PAGES = "Previous page", "Next page", "Pages"
FORMS = "The same as data"
IRI = "IRI"
SINCE, UNTIL, WHAT, CONFIRMED, STATED, RECORDED, SUPERSEDED = (
    "since", "until", "what", "confirmed", "stated", "recorded", "superseded",
)  # fmt: skip
SOURCE, QUOTE, NAME, KIND = "source", "quote", "name", "kind"
ONGOING, NOTES, SAID = "ongoing", "notes", "Said of it"

# ---- asking
ASK_TITLE, ASK_LEAD = "Ask", "Questions with a name. Each is a query in SPARQL, with places to fill in."
ASK_BUTTON, OVER_DAY, OVER_ALL = "Ask", "of a day", "of all of time"
QUESTION, ABOUT_WHEN, ASK_CAPTION = "question", "about", "The query library"
SPARQL_FREE, ITS_SPARQL = "Ask anything else, in SPARQL", "Its SPARQL, to be changed"
RESULTS, NO_RESULTS, ONE_RESULT, MANY_RESULTS = "Results", "No results", "1 result", "{number} results"
FIRST_RESULTS = "The first {shown} of {number} results are shown here; a download has all."
DOWNLOAD, AS_CHART = "Download", "These lines as a chart"
YES, NO, WARNING = "yes", "no", "Warning: {warning}"
SPARQL_LABEL, EXAMPLES, HISTORY_SPARQL = "Query in SPARQL", "Examples", "Ask about all of time"
DAY_SPARQL = "Ask about a day"
RUN_KEYS = "Ctrl+Enter asks; Tab leaves the field; Ctrl+Space completes a name or prefix."
POSSIBLE_TOO = "with what is only possible"
NOT_ASKED, ERROR_AT, NO_SPARQL = "The query could not be asked", "Line {line}", "This is no SPARQL yet"
TRIPLES = "{number} triples"
SUBJECT, PREDICATE, OBJECT = "subject", "predicate", "object"

# ---- what is found
ON_DAY, WHERE, OTHER_NAME = "On {day}", "where", "other name"
LOOKUPS = {
    "reports": "Reports: {name}", "reports all": "Reports: {name}", "managers": "Managers: {name}",
    "chain": "Chain: {name}", "holders": "Holders: {name}", "members": "Members: {name}",
}  # fmt: skip
FOUND, FIND_TITLE = "{number} found", "Find: {words}"
HISTORY_TITLE, EVERYTHING = "History: {name}", "Everything known"
TERM, MEANING, TERMS, ONTOLOGY_TITLE = "term", "meaning", "Terms", "The ontology of orggraph"
ERROR_CANDIDATES = "Perhaps you meant"

# ---- loading
LOAD_LEAD = "Nothing is kept before you have seen what would change."
LOAD_FILE = "File: CSV, TSV, XLSX, JSON, JSON lines, YAML, Turtle, …"
LOAD_DROP, TRY_OUT, LOAD_IT, LOAD_ANOTHER = "or drop it here", "Show what would change", "Load", "Load another file"
LOAD_MORE = "How the file is read"
LOAD_FIELDS = {
    "format": ("Format", "Left empty, it is found out from the file."),
    "source": ("Source", "For rows that name none: a URL or a name."),
    "stated": ("Stated", "When the source said it: a day, or a time with zone."),
    "organization": ("Organization", "Of a table without such a column."),
    "sheet": ("Sheet", "Of a workbook; left empty, the only one."),
    "encoding": ("Encoding", "Left empty, UTF-8."),
}
LOAD_COLUMNS = ("Columns", "Which column is which field: FIELD=COLUMN, one a line.")
LOAD_DAY = "Compare what is known about"
KEEP_GOING = "Load what can be read, and leave out what cannot"
ALLOW_REMOVALS = "Load even what would end more than a quarter of what its source had stated"
WOULD_LOAD = "{file}: {added} new role changes, {known} known already; {opened} facts opened, {superseded} superseded."
LOADED = "Loaded {file}: {added} role changes, {known} known before; {opened} facts opened, {superseded} superseded."
NOTHING_NEW = "{file}: nothing new, {known} role changes are known already."
LOAD_ID = "Load {load}, recorded {recorded}."
WOULD_CHANGE, ABOUT_DAYS = "What would change on {day}", "The load is about {first} to {last}."
NO_CHANGE_THAT_DAY = "Nothing changes in what is known about that day."
FINDINGS, FIRST_FINDINGS = "Findings", "The first {shown} of {number} findings."
SEVERITY, PLACE, MESSAGE = "severity", "line", "finding"
NOT_READ = "The file cannot be loaded as it is."
NOT_COMPARED = "The organization is too large to be compared here; this is what would be loaded."
WOULD_BE_REFUSED = "It would be refused: it ends much of what its source had stated. Allow that below, and try again."
KEPT_FOR = "The file is kept for {minutes} minutes."
