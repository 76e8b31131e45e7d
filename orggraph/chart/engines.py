"""Who lays a chart out: orggraph itself, as a tidy tree, or Graphviz's ``dot``, as a graph in layers.

Why both: most charts are trees with a few lines across, which `lay_out` draws the way charts are drawn; where nearly
everybody has several managers there is no tree to speak of, and ``dot`` gives each of the lines the same weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orggraph.chart.faces import Face
from orggraph.chart.forest import forest
from orggraph.chart.layout import DIRECTIONS, Box, Layout, lay_out, together
from orggraph.chart.parts import Line, Sheet
from orggraph.chart.render import run
from orggraph.chart.routes import Route
from orggraph.errors import UnsupportedError

ENGINES = ("orggraph", "dot")
_RANKS = {"down": "TB", "right": "LR"}


def laid_out(
    sheet: Sheet, faces: Mapping[str, Face], *, direction: str = "down", engine: str = "orggraph", timeout: float = 60
) -> Layout:
    """Lay a sheet out in one of `DIRECTIONS` by one of `ENGINES`; only ``dot`` runs a process.

    Raises `UnsupportedError` for another direction or engine, `RenderError` as `run` does.
    """
    if direction not in DIRECTIONS:
        raise UnsupportedError(f"a chart cannot grow {direction!r} (expected {', '.join(DIRECTIONS)})")
    if engine not in ENGINES:
        raise UnsupportedError(f"there is no engine {engine!r} (expected {', '.join(ENGINES)})")
    if engine == "orggraph":
        return lay_out(sheet, faces, direction=direction)
    return _by_graphviz(sheet, faces, direction=direction, timeout=timeout)


def _by_graphviz(sheet: Sheet, faces: Mapping[str, Face], *, direction: str, timeout: float) -> Layout:
    trees = forest(sheet)
    standing = [*trees.tops, *(iri for below in trees.below.values() for iri in below)]
    numbers = {iri: number for number, iri in enumerate(sorted(standing))}
    lines = [line for line in sheet.lines if line.reporter in numbers and line.manager in numbers]
    if not numbers:
        return together(sheet, faces, {}, [], above={})
    text = ["digraph {", f"  graph [rankdir={_RANKS[direction]} nodesep=0.25 ranksep=0.5]",
            "  node [shape=box fixedsize=true label=\"\"]", "  edge [dir=none]"]  # fmt: skip
    text += [f"  {n} [width={faces[i].width / 72:.4f} height={faces[i].height / 72:.4f}]" for i, n in numbers.items()]
    text += [f"  {numbers[line.manager]} -> {numbers[line.reporter]}" for line in lines]
    plain = run("\n".join([*text, "}", ""]), "plain", layout="dot", timeout=timeout).decode("utf-8")
    boxes, routes = _read(plain, faces, lines, list(numbers))
    ordered = {iri: boxes[iri] for iri in _by_keyboard(trees.tops, trees.below)}
    return together(sheet, faces, ordered, routes, above=trees.managers())


def _read(
    plain: str, faces: Mapping[str, Face], lines: list[Line], names: list[str]
) -> tuple[dict[str, Box], list[Route]]:
    """Read boxes and curves from Graphviz's plain format, which is in inches and has y upwards."""
    boxes: dict[str, Box] = {}
    routes: list[Route] = []
    waiting: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        waiting.setdefault((line.manager, line.reporter), []).append(line)
    height = 0.0
    for words in map(str.split, plain.splitlines()):
        if words[0] == "graph":
            height = float(words[3])
        elif words[0] == "node":
            iri = names[int(words[1])]
            face = faces[iri]
            x, y = float(words[2]) * 72, (height - float(words[3])) * 72
            boxes[iri] = Box(iri, x - face.width / 2, y - face.height / 2, face.width, face.height)
        elif words[0] == "edge":
            ends = names[int(words[1])], names[int(words[2])]
            numbers = [float(word) * 72 for word in words[4 : 4 + 2 * int(words[3])]]
            points = tuple((x, height * 72 - y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
            routes.append(Route(waiting[ends].pop(0), points, True))
    return boxes, routes


def _by_keyboard(tops: tuple[str, ...], below: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    todo = [*reversed(tops)]
    while todo:
        yield (iri := todo.pop())
        todo += reversed(below.get(iri, ()))
