"""Loading through the page: a file is tried out first, and what was tried out is loaded when a person says so.

The load is the one of the command line: the same readers, the same lock, a new generation; who reads keeps the one they
have. Why two steps and never one: what a file would end or move is seen before it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from orggraph.errors import Finding, LoadError, OrgGraphError
from orggraph.graph import OrgGraph
from orggraph.loading import LoadReport
from orggraph.trial import trial
from orggraph.web.loadpage import Tried, begin_page, loaded_page, tried_page
from orggraph.web.problems import status_of
from orggraph.web.resources import HTML, Question, Service
from orggraph.web.room import Room
from orggraph.web.session import Sessions
from orggraph.web.uploads import Upload, Uploads
from orggraph.web.views import View, read_day

COMPARED = 500_000
"""Up to so many facts a trial compares the organization before and after."""
TEXTS = ("format", "source", "stated", "organization", "sheet", "encoding", "columns", "day")
FLAGS = ("keep_going", "allow_removals")
_BEGIN = "try"
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""With no referrer at all, a browser would not say either where the form comes from."""


class Loads:
    """What loading takes: the files that were sent, the sessions, and room for one load at a time."""

    def __init__(self, *, kept: float) -> None:
        self.uploads, self.sessions = Uploads(kept=kept), Sessions()
        self.room = Room(1, waiting=2, longest=3600)


async def load(request: Request, *, service: Service, loads: Loads) -> Response:
    """Show the form; try out the file that it sends; or load the one that was tried out."""
    _check_place(request, service)
    session = loads.sessions.begin(request)
    secure = service.base_url(request).startswith("https:")
    if request.method != "POST":
        question = await _question(request, service, {})
        token = loads.sessions.token(session, _BEGIN)
        body, status = await service.light.run(partial(begin_page, question, token)), 200
    else:
        async with request.form(max_files=1, max_fields=20, max_part_size=64 << 10) as form:
            act = _confirmed if "upload" in form else _sent
            body, status = await act(request, form, service=service, loads=loads)
    made = Response(body, status, media_type=HTML, headers=_HEADERS)
    return loads.sessions.remember(made, session, secure=secure)


def _check_place(request: Request, service: Service) -> None:
    """Without a token of its own, let load only who is on this machine."""
    host = request.client.host if request.client else ""
    if not service.settings.write_token and host not in ("127.0.0.1", "::1"):
        raise HTTPException(403, "loading is for this machine alone (start with --write-token to let others)")


async def _question(request: Request, service: Service, given: dict[str, str]) -> Question:
    generation, today = await service.generations.current(), service.settings.today()
    return Question(generation, given, View(today), "html", request.url.path, "", service.base_url(request), today,
                    writable=True)  # fmt: skip


def _options(form: FormData) -> dict[str, str]:
    """Read how the file is to be read; what is left empty is not given."""
    texts = {name: str(form.get(name, "")).strip() for name in TEXTS}
    given = {name: text for name, text in texts.items() if text}
    return given | {name: "true" for name in FLAGS if form.get(name)}


def purpose(key: str, options: Mapping[str, str]) -> str:
    """Say what a form is for that loads a file: which file, and read how."""
    return "\x1f".join(["load", key, *(f"{name}={options[name]}" for name in sorted(options))])


async def _sent(request: Request, form: FormData, *, service: Service, loads: Loads) -> tuple[str, int]:
    """Keep the file that was sent, and tell what loading it would change."""
    base_url = service.base_url(request)
    loads.sessions.check(request, str(form.get("token", "")), _BEGIN, base_url=base_url)
    file, options = form.get("file"), _options(form)
    if not isinstance(file, UploadFile):
        raise HTTPException(400, "there is no file (choose one)")
    upload = loads.uploads.keep(file.filename or "", await file.read())
    question = await _question(request, service, options)
    session = loads.sessions.begin(request)
    token, again = (loads.sessions.token(session, what) for what in (purpose(upload.key, options), _BEGIN))
    try:
        tried = await loads.room.run(partial(try_out, service, upload, options))
    except OrgGraphError as error:
        loads.uploads.drop(upload.key)
        return tried_page(question, upload, Tried(None, None, (_named(upload, error),)), token, again), status_of(error)
    minutes = int(loads.uploads.kept // 60)
    page = await service.light.run(partial(tried_page, question, upload, tried, token, again, minutes=minutes))
    return page, 422 if tried.errors else 200


async def _confirmed(request: Request, form: FormData, *, service: Service, loads: Loads) -> tuple[str, int]:
    """Load the file that was tried out, exactly as it was."""
    key, options = str(form.get("upload", "")), _options(form)
    token, base_url = str(form.get("token", "")), service.base_url(request)
    loads.sessions.check(request, token, purpose(key, options), base_url=base_url)
    upload = loads.uploads.find(key)
    try:
        report = await loads.room.run(partial(_load, service, upload, options))
    except OrgGraphError as error:
        question = await _question(request, service, options)
        again = loads.sessions.token(loads.sessions.begin(request), _BEGIN)
        errors = error.findings if isinstance(error, LoadError) else (_named(upload, error),)
        tried = Tried(None, None, tuple(_plain(upload, finding) for finding in errors))
        return tried_page(question, upload, tried, token, again), status_of(error)
    loads.uploads.drop(key)
    question = await _question(request, service, {})
    return loaded_page(question, upload, _plainly(upload, report)), 200


def try_out(service: Service, upload: Upload, options: Mapping[str, str]) -> Tried:
    """Try out a file; what cannot be read in it is told, other errors are raised."""
    org = _opened(service)
    day = read_day(options.get("day") or "today", today=service.settings.today())
    try:
        if len(org.timeline.facts) > COMPARED:
            return Tried(None, _plainly(upload, _loaded(org, upload, options, dry_run=True)))
        made = trial(org, lambda copy: _loaded(copy, upload, {**options, "allow_removals": "true"}), day=day)
    except LoadError as error:
        return Tried(None, None, tuple(_plain(upload, finding) for finding in error.findings))
    made = made._replace(report=_plainly(upload, made.report))
    return Tried(made, made.report)


def _load(service: Service, upload: Upload, options: Mapping[str, str]) -> LoadReport:
    return _loaded(_opened(service), upload, options)


def _opened(service: Service) -> OrgGraph:
    assert service.settings.writer is not None, "there is no such address without it"
    return service.settings.writer()


def _loaded(org: OrgGraph, upload: Upload, options: Mapping[str, str], *, dry_run: bool = False) -> LoadReport:
    return org.load(
        upload.path, format=options.get("format", ""), mapping=mapping(options), source=options.get("source", ""),
        stated=options.get("stated", ""), keep_going="keep_going" in options, dry_run=dry_run,
        allow_removals="allow_removals" in options, label=upload.name,
    )  # fmt: skip


def mapping(options: Mapping[str, str]) -> dict[str, object] | None:
    """Make the mapping of columns from what was filled in; raise 400 for a line that is no ``FIELD=COLUMN``.

    >>> mapping({"columns": "person=Name\\nfrom=Start date", "organization": "Acme"})
    {'columns': {'person': 'Name', 'from': 'Start date'}, 'constants': {'organization': 'Acme'}}
    """
    columns: dict[str, str] = {}
    for line in options.get("columns", "").splitlines():
        field, equals, column = line.strip().partition("=")
        if line.strip() and not (equals and field.strip()):
            raise HTTPException(400, f"columns: {line.strip()!r} is no FIELD=COLUMN (such as person=Name)")
        columns |= {field.strip(): column.strip()} if line.strip() else {}
    constants = {"organization": options["organization"]} if "organization" in options else {}
    given: dict[str, object] = {"columns": columns, "constants": constants, "encoding": options.get("encoding"),
                                "sheet": options.get("sheet")}  # fmt: skip
    return {key: value for key, value in given.items() if value} or None


def _plainly(upload: Upload, report: LoadReport) -> LoadReport:
    return report._replace(findings=tuple(_plain(upload, finding) for finding in report.findings))


def _plain(upload: Upload, finding: Finding) -> Finding:
    """Name the file as it was sent: where it lies here is nobody's business."""
    message = finding.message.replace(str(upload.path), upload.name)
    return finding._replace(file=Path(finding.file).name, message=message)


def _named(upload: Upload, error: OrgGraphError) -> Finding:
    return Finding("error", str(error).replace(str(upload.path), upload.name), upload.name)

