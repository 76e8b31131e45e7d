"""The two small files by which a store is known: ``store.json``, what it is, and ``CURRENT``, its generation.

Format 2 added checksums to both, and to each generation a list of its files (see `manifest`). A store of format 1 is
read as it is; the next load makes it one of format 2. A later format is refused by name.

Why checksums in files of one line: a flipped bit in the salt would give everybody who is loaded from then on another
IRI, and one in the number of a generation might show an older one that a reader still holds. Nothing else would notice.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from orggraph.errors import StoreError
from orggraph.store.disk import sync, write_atomically, write_synced
from orggraph.vocabulary import BASE

FORMAT_VERSION = 2
_READ = (1, FORMAT_VERSION)
DESCRIPTION, CURRENT = "store.json", "CURRENT"
NONE = "0"
"""Named in ``CURRENT`` before anything was loaded."""
_EXPECTED = "expected the number of a generation and its checksum; restore a backup: orggraph restore"


def make_store(path: Path, base: str = BASE) -> None:
    """Make an empty store in a new or an empty directory; one that another process makes at once is left as it is."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not all(_is_begun(file) for file in path.iterdir()):
            raise StoreError(f"{path}: the directory holds something else (expected an empty or a new directory)")
        (path / "generations").mkdir(exist_ok=True)
        sync(path.resolve().parent)
        _put(path / CURRENT, named(NONE))
        _put(path / DESCRIPTION, _described({"format": FORMAT_VERSION, "salt": secrets.token_hex(16), "base": base}))
        sync(path)
    except OSError as error:
        raise StoreError(f"{path}: a store cannot be made here ({error})") from error


def _is_begun(file: Path) -> bool:
    """Tell whether a file may be what a process left that was ended while it made a store."""
    begun = file.name.startswith((DESCRIPTION, CURRENT))
    return begun or (file.name == "generations" and not any(file.iterdir()))


def _put(target: Path, text: str) -> None:
    """Write a file, unless another process was faster: it may have loaded since."""
    made = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        write_synced(made, text)
        with suppress(FileExistsError):
            os.link(made, target)
    finally:
        made.unlink(missing_ok=True)


def read_meta(path: Path) -> dict[str, str]:
    """Read salt and base of a store; raise `StoreError` for another format, or where they are damaged."""
    file = path / DESCRIPTION
    try:
        meta = json.loads(file.read_text("utf-8"))
        version, salt, base = meta["format"], meta["salt"], meta["base"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{file}: this is no store's description ({error})") from error
    if version not in _READ:
        read = " and ".join(map(str, _READ))
        raise StoreError(f"{path}: the store has format {version}, this orggraph reads formats {read} "
                         "(expected a newer orggraph)")  # fmt: skip
    if version > 1 and meta.get("checksum") != _sum(meta):
        raise StoreError(f"{file}: the description is damaged: its checksum is another (restore a backup: "
                         "orggraph restore)")  # fmt: skip
    return {"salt": salt, "base": base}


def renew_format(path: Path, meta: dict[str, str]) -> None:
    """Make a store of an older format one of this; nothing is done where it is."""
    known = json.loads((path / DESCRIPTION).read_text("utf-8"))
    if known["format"] != FORMAT_VERSION:
        _put(path / CURRENT, named(NONE))
        write_atomically(path / DESCRIPTION, _described({"format": FORMAT_VERSION, **meta}))


def _described(meta: dict[str, object]) -> str:
    return json.dumps({**meta, "checksum": _sum(meta)}, indent=1) + "\n"


def _sum(meta: dict[str, object]) -> str:
    told = [str(meta.get(name)) for name in ("format", "salt", "base")]
    return f"{crc32(json.dumps(told).encode()):08x}"


def read_current(path: Path) -> str:
    """Name the current generation; empty where nothing was ever loaded. `StoreError` where it is damaged."""
    file = path / CURRENT
    try:
        told = file.read_bytes().decode("ascii", "replace").split()
    except FileNotFoundError:
        if json.loads((path / DESCRIPTION).read_text("utf-8"))["format"] == 1:
            return ""
        raise StoreError(f"{file}: the file is missing ({_EXPECTED})") from None
    except OSError as error:
        raise StoreError(f"{file}: cannot be read ({error})") from error
    name = told[0] if told else ""
    is_new = name == NONE or (path / "generations" / name / "files.json").exists()
    stamps = ([_stamp(name)],) if is_new else ([], [_stamp(name)])
    if not name.isdigit() or told[1:] not in stamps:
        raise StoreError(f"{file}: the file is damaged ({_EXPECTED})")
    return "" if name == NONE else name


def is_listed(path: Path) -> bool:
    """Tell whether the current generation has a list of its files; one of format 1 has none."""
    return len((path / CURRENT).read_text("ascii", "replace").split()) > 1


def write_current(path: Path, name: str) -> None:
    """Make a generation the current one; it is when this returns, whatever happens then."""
    write_atomically(path / CURRENT, named(name))


def named(name: str) -> str:
    """Give what ``CURRENT`` says of a generation: its name and a checksum."""
    return f"{name} {_stamp(name)}\n"


def _stamp(name: str) -> str:
    return f"{crc32(name.encode()):08x}"
