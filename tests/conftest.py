"""What several tests need: the place of the real data, when this machine has it, engines, and a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import NEEDED, chromium
from engines import oxigraph, virtuoso

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data that lies beside the checkout; skip without it, fail without it in CI."""
    place = Path(os.environ.get("ORGGRAPH_SHARED", SHARED)) / "data"
    if not place.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the real data is not at {place} (required where CI is set)")
        pytest.skip(f"the real data is not at {place}")
    return place


@pytest.fixture(scope="session")
def virtuoso_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the endpoint of a Virtuoso that runs while the tests do; skip without it, fail without it in CI."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as url:
        yield url


@pytest.fixture(scope="session")
def oxigraph_url() -> Iterator[str]:
    """Give the address of queries of an Oxigraph that runs while the tests do."""
    with oxigraph() as url:
        yield url


@pytest.fixture(params=["oxigraph", "virtuoso"])
def engine_url(request: pytest.FixtureRequest) -> str:
    """Give the address of each of the two engines."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser that runs while the tests of a module do; skip without one, fail without one in CI.

    Not for all modules at once: while it runs, no other event loop can run in this thread.
    """
    with chromium() as found:
        if found is None:
            say = pytest.fail if os.environ.get("CI") else pytest.skip
            say(NEEDED)
        yield found
