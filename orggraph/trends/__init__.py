"""How the organization develops: its figures period by period, and what happened in between.

- `periods`: headcount, joiners, leavers, turnover; `rollup`: by unit, by the tree of each day or of one day
- `survival`: how long tenures last; `succession`: who follows whom, reigns, vacancies
- `reorganization`: how much was reorganized; `activity`: the days on which most changed
- `development`: all of these together; `tables`: as text, CSV and the document that becomes JSON; `plot`: as pictures

Why all of it works on the columns of the timeline: a month of 200,000 people is then some comparisons of arrays, and
twenty years take seconds.
"""

from __future__ import annotations

from orggraph.trends.development import Development, development
from orggraph.trends.tables import as_csv, as_document, as_text

__all__ = ["Development", "as_csv", "as_document", "as_text", "development"]
