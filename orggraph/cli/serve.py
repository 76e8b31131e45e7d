"""``serve``: the organization over HTTP."""

from __future__ import annotations

import ipaddress
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import click

from orggraph.cli.origin import Origin, open_to_read, open_to_write, stamp_of
from orggraph.cli.terminal import emit
from orggraph.opening import is_remote

_OWN_NAMES = ("localhost", "127.0.0.1", "::1")


class Doors(NamedTuple):
    """Who may come in: the host that is bound, the token, and the names and sites that are allowed."""

    host: str
    token: str
    public: bool
    base_url: str
    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    writable: bool = False
    write_token: str = ""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--token", default="", envvar="ORGGRAPH_TOKEN", show_envvar=True, metavar="TEXT",
              help="What a client has to send as Authorization: Bearer TEXT.")  # fmt: skip
@click.option("--writable", is_flag=True, help="Let files be loaded into the store, on the page /load.")
@click.option("--write-token", default="", envvar="ORGGRAPH_WRITE_TOKEN", show_envvar=True, metavar="TEXT",
              help="What a client has to send to load; --token lets it only read.")  # fmt: skip
@click.option("--public", is_flag=True, help="Let everybody in who can reach ADDRESS, without a token.")
@click.option("--base-url", default="", metavar="URL", help="Where this is seen from outside, behind a proxy.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME",
              help="Answer to this name too, beside this machine's own; repeat it for several.")  # fmt: skip
@click.option("--allow-origin", "origins", multiple=True, metavar="ORIGIN|*",
              help="Let scripts of this site read answers (CORS); repeat it for several.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True,
              help="So many queries are asked at once, each in a process of its own.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True, max=3600), default=30.0, show_default=True,
              metavar="SECONDS", help="End a query after so many seconds.")  # fmt: skip
@click.option("--memory", type=click.IntRange(64, 1 << 20), default=1024, show_default=True, metavar="MB",
              help="End a query that takes more memory.")  # fmt: skip
@click.option("--max-results", type=click.IntRange(1), default=100_000, show_default=True,
              help="Refuse a query that has more results.")  # fmt: skip
@click.option("--grace", type=click.FloatRange(1, 3600), default=10.0, show_default=True, metavar="SECONDS",
              help="When it is to end, answer what has been asked for at most so long.")  # fmt: skip
@click.option("--patience", type=click.FloatRange(min=0, min_open=True, max=3600), default=20.0, show_default=True,
              metavar="SECONDS", help="Wait so long for a client to send its request.")  # fmt: skip
@click.option("--log/--no-log", default=True, show_default=True,
              help="Write a line of JSON a request to standard error.")  # fmt: skip
@click.pass_obj
def serve(
    origin: Origin,
    *,
    host: str,
    port: int,
    token: str,
    writable: bool,
    write_token: str,
    public: bool,
    base_url: str,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    workers: int,
    timeout: float,
    memory: int,
    max_results: int,
    grace: float,
    patience: float,
    log: bool,
) -> None:
    """Serve the organization over HTTP: SPARQL, a JSON API, pages, and charts, as of any day.

    It listens on this machine alone, unless --host says otherwise, and then wants a --token or --public. What other
    processes load into the store is seen at once. With --writable files can be loaded on a page too, from this machine
    or with the --write-token. Ctrl-C or SIGTERM ends it in an orderly way.

    \b
      orggraph --data data/anthropic.csv serve
      orggraph serve --port 0 --no-log
      curl 'http://127.0.0.1:8000/reports?name=Daniela+Amodei&as-of=2025-10-03'
      curl 'http://127.0.0.1:8000/sparql?as-of=2025-10-03' --data-urlencode 'query=ASK { ?a org:reportsTo ?b }'
    """
    doors = Doors(host, token, public, base_url.rstrip("/"), hosts, origins, writable, write_token)
    _check_writing(origin, doors)
    names = _names(doors)
    from orggraph.web import Origin as WebOrigin  # starlette and uvicorn: only for who serves
    from orggraph.web import Settings, application
    from orggraph.web.server import address_of, listen, run

    write = _to_standard_error if log else None
    settings = Settings(
        base_url=doors.base_url, token=token, write_token=write_token, hosts=names, origins=frozenset(origins),
        workers=workers, timeout=timeout, results=max_results, memory=memory << 20, patience=patience, log=write,
        writer=partial(open_to_write, origin, create=False) if writable else None,
    )  # fmt: skip
    location = ", ".join(Path(name).name for name in origin.data or (origin.store,))
    served = WebOrigin(
        open=lambda: open_to_read(origin), stamp=lambda: stamp_of(origin), location=location, kept=not origin.data
    )
    app = application(served, settings)
    with listen(host, port) as listening:
        emit(f"Serving {location} at {address_of(listening)} (Ctrl-C ends it)\n")
        run(app, listening, grace=grace, patience=patience, log=write)


def _to_standard_error(line: str) -> None:
    click.echo(line, err=True)


def _check_writing(origin: Origin, doors: Doors) -> None:
    """Refuse to let load where there is no store of ours, or where more could load than should."""
    if doors.write_token and not doors.writable:
        raise click.UsageError("--write-token is for --writable: without it nothing can be loaded")
    if not doors.writable:
        return
    if origin.data or is_remote(origin.store):
        raise click.UsageError("--writable needs a store in a directory (expected --store DIR, and no --data)")
    alone = is_loopback(doors.host) and not (doors.token or doors.base_url or doors.hosts)
    if not doors.write_token and not alone:
        raise click.UsageError("--writable needs a --write-token where others can come in (with --token, --base-url, "
                               "--allow-host or another --host): who may read may not load by that")  # fmt: skip


def _names(doors: Doors) -> frozenset[str]:
    """Check who may come in, and give the names to answer to: any (none is given) only where others may come."""
    for token, option in ((doors.token, "--token"), (doors.write_token, "--write-token")):
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise click.BadParameter("a token is letters, digits and marks of ASCII without spaces", param_hint=option)
    parts = urlsplit(doors.base_url)
    if doors.base_url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query):
        raise click.BadParameter(f"{doors.base_url!r} is no address (expected https://NAME[:PORT])",
                                 param_hint="--base-url")  # fmt: skip
    if not is_loopback(doors.host):
        if not (doors.token or doors.public):  # a token to load with keeps nobody from reading
            raise click.UsageError(
                f"{doors.host} can be reached from other machines: give a --token (or ORGGRAPH_TOKEN), "
                "or say --public to let everybody in"
            )
        if not doors.hosts and not doors.base_url:
            return frozenset()
    own = {*_OWN_NAMES, doors.host, parts.hostname or doors.host, *doors.hosts}
    return frozenset(name.lower() for name in own)


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine alone.

    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
