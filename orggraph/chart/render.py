"""Running Graphviz: the only place of the charts that starts a process.

The renderer is ``dot`` on the PATH, else the ``graphviz-pure`` program that the package of that name installs, which
has no PDF. It gets its input on standard input, never through a shell or a file, and a time limit.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from orggraph.errors import RenderError

_PURE = "graphviz-pure"
_INSTALL = "install Graphviz (its program dot must be on the PATH) or the Python package graphviz-pure"


def run(dot_text: str, format: str, *, layout: str = "nop2", timeout: float = 60) -> bytes:
    """Give DOT text to Graphviz and take what it writes in a ``format`` of its own.

    ``layout`` is the name of a layout of Graphviz; ``nop2`` takes the positions in the text. ``timeout`` is in
    seconds. Raises `RenderError` where no renderer is installed, it fails, or it takes too long.
    """
    program = renderer(format)
    name = Path(program).name
    try:
        done = subprocess.run(
            [program, f"-K{layout}", f"-T{format}"],
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
