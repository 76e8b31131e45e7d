"""From DOT text to a picture: the only place of the charts that runs a process.

The renderer is ``dot`` on the PATH, else the ``graphviz-pure`` program that the package of that name installs, which
has no PDF. It gets its input on standard input, never through a shell or a file, and a time limit.

Why the SVG is rewritten: Graphviz writes its version, a document type with an outside address, and the tooltip as a
link without a target. What comes out here depends on the chart alone, refers to nothing outside, and keeps the tooltip
where every viewer and screen reader finds it, in ``<title>``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from html import escape, unescape
from pathlib import Path

from orggraph.errors import RenderError, UnsupportedError

FORMATS = ("svg", "png", "pdf", "dot")
_PURE = "graphviz-pure"
_INSTALL = "install Graphviz (its program dot must be on the PATH) or the Python package graphviz-pure"

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_ROOT = re.compile(r"<svg\b([^>]*)>\s*")
_GRAPH_TITLE = re.compile(r"<title>([^<]*)</title>\n?")
_NODE_TITLE = re.compile(r'(<g id="[^"]*" class="(?:node|edge|cluster)\b[^"]*">\n)<title>[^<]*</title>\n')
_TOOLTIP = re.compile(r'<g id="a_[^"]*"><a(?: xlink:title="([^"]*)")?>\n')
_XLINK = ' xmlns:xlink="http://www.w3.org/1999/xlink"'


def render(dot_text: str, format: str, *, timeout: float = 60) -> bytes:
    """Draw DOT text in one of `FORMATS`; ``dot`` gives the text itself and needs no renderer.

    ``timeout`` is in seconds. Raises `UnsupportedError` for another format and `RenderError` where no renderer is
    installed, it fails, or it takes too long.
    """
    if format not in FORMATS:
        raise UnsupportedError(f"a chart cannot be drawn as {format!r} (expected {', '.join(FORMATS)})")
    if format == "dot":
        return dot_text.encode("utf-8")
    made = _run(renderer(format), dot_text, format, timeout)
    return _self_contained(made.decode("utf-8")).encode("utf-8") if format == "svg" else made


def renderer(format: str = "svg") -> str:
    """Give the path of the program that draws ``format``; `RenderError` says what to install if there is none."""
    if dot := shutil.which("dot"):
        return dot
    if pure := _pure():
        if format != "pdf":
            return pure
        raise RenderError(f"{_PURE} draws no PDF: install Graphviz (its program dot must be on the PATH), or draw SVG")
    raise RenderError(f"nothing here draws charts: {_INSTALL}; the dot format needs neither")


def _pure() -> str | None:
    """Find graphviz-pure where its package puts it: beside this Python, among its scripts, or on the PATH."""
    beside = (str(Path(sys.executable).parent), sysconfig.get_path("scripts"))
    return next((found for place in (*beside, None) if (found := shutil.which(_PURE, path=place))), None)


def _run(program: str, dot_text: str, format: str, timeout: float) -> bytes:
    name = Path(program).name
    try:
        done = subprocess.run(
            [program, f"-T{format}"],
            input=dot_text.encode("utf-8"),
            capture_output=True,
            timeout=timeout,
            check=False,  # the message below says more than CalledProcessError would
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(
            f"{name} took longer than {timeout:g} s; draw less with a root, a depth or a unit, or allow more time"
        ) from error
    except OSError as error:
        raise RenderError(f"{program} cannot be run: {error.strerror}; {_INSTALL}") from error
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip() or "no message"
        raise RenderError(f"{name} failed with exit code {done.returncode}: {said}")
    return done.stdout


def _self_contained(text: str) -> str:
    """Rewrite what Graphviz wrote: no version, no outside reference, a title and a role for the whole and its parts."""
    root = _ROOT.search(text)
    if root is None:
        raise RenderError("the renderer gave something that is no SVG")
    body = _COMMENT.sub("", text[root.end() :])
    found = _GRAPH_TITLE.search(body)
    title = unescape(found.group(1)) if found else "Organization chart"
    body = _GRAPH_TITLE.sub("", body, count=1)
    body = _NODE_TITLE.sub(r"\1", body)
    body = _TOOLTIP.sub(lambda match: f"<g>\n<title>{match.group(1) or ''}</title>\n", body)
    body = body.replace("</a>\n", "")
    attributes = root.group(1).replace(_XLINK, "")
    head = f'<svg role="img" aria-label="{escape(title)}"{attributes}>\n<title>{escape(title)}</title>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{body}'
