"""Where the files that come with the package lie: the query library, the sample data and the pages.

Why two places: in the repository they are folders of their own, ``queries/`` and ``data/``; an installation has them
inside the package, as ``orggraph._queries`` and ``orggraph._data``.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def library_folder() -> Traversable:
    """Give the folder of the query library.

    >>> library_folder().joinpath("reports.rq").is_file()
    True
    """
    return _folder("orggraph._queries", beside="queries")


def sample_folder() -> Traversable:
    """Give the folder of the sample data."""
    return _folder("orggraph._data", beside="data")


def readers_folder() -> Traversable:
    """Give the folder of the pages on what can be read.

    >>> readers_folder().joinpath("rosters.md").is_file()
    True
    """
    return _folder("orggraph._data.readers", beside="data/readers")


def events_page() -> Traversable:
    """Give the page on the kinds of events of a diff.

    >>> events_page().is_file()
    True
    """
    return sample_folder().joinpath("events.md")


def _folder(package: str, *, beside: str) -> Traversable:
    try:
        return files(package)
    except ModuleNotFoundError:
        return Path(__file__).resolve().parent.parent / beside
