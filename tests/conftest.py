"""What several tests need: the place of the real data, when this machine has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
