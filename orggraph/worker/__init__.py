"""Queries in a process that can be ended: who asks (`asking`), what is said (`request`), who answers (`answering`)."""

from __future__ import annotations

from orggraph.worker.asking import Worker, day_worker
from orggraph.worker.request import Look

__all__ = ["Look", "Worker", "day_worker"]
