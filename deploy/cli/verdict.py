"""`liaison verdict`: what an officer makes of a match, and all such verdicts as training data."""

from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from sqlalchemy import select

from consumers.inbox.rows import VerdictWord
from consumers.inbox.store import Inbox
from consumers.store.labels import labelled
from consumers.store.vault import NOTICE
from deploy.cli.output import Json, emit_facts
from deploy.cli.reach import reading_vault
from deploy.local.errors import StackError
from deploy.settings import Settings, read_settings
from deploy.trust import Trust
from schemas.clock import SystemClock
from schemas.codec import Codec
from schemas.party import Officer
from schemas.registry import load_lock

app = typer.Typer(help="Say what an officer makes of a match; export the verdicts for training.")

_EXPORT: Final = "export"
_WORDS: Final[dict[str, VerdictWord]] = {
    "same": "same",
    "different": "different",
    "unsure": "unsure",
}


@app.command()
def verdict(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="MATCH|export",
            help="A notice, or a match by its id here or on the office's page; or `export`.",
        ),
    ],
    word: Annotated[
        str | None, typer.Argument(metavar="[same|different|unsure]", help="The verdict.")
    ] = None,
    *,
    by: Annotated[str | None, typer.Option(help="The officer, by id of the register.")] = None,
    out: Annotated[Path | None, typer.Option(help="With export: the file to write.")] = None,
    as_json: Json = False,
) -> None:
    """Write one officer's verdict into the inbox, or every verdict with its levels into a file.

    A verdict releases nothing and withholds nothing: it becomes training data. The file holds
    comparison levels and labels, one JSON object a line, and no value, record or name.
    """
    settings = read_settings()
    if subject == _EXPORT:
        if out is None or word is not None:
            raise _usage("export writes a file", "liaison verdict export --out FILE")
        emit_facts({"vectors": _export(settings, out), "file": str(out)}, as_json=as_json)
        return
    example = f"liaison verdict {subject} same --by OFFICER"
    if word not in _WORDS:
        given = "no verdict was given" if word is None else f"{word!r} is no verdict"
        raise _usage(f"{given}; it is same, different or unsure", example)
    if by is None:
        raise _usage("a verdict is somebody's: say whose", example)
    officer = _officer(settings, by)
    notices = _give(settings, officer, subject, _WORDS[word])
    if not notices:
        raise StackError(
            f"{officer.office} holds no such notice or match",
            where=str(settings.inbox),
            unchanged="Nothing was written",
            next_step="take the id from the office's page",
        )
    emit_facts({"verdict": word, "officer": officer.id, "notices": notices}, as_json=as_json)


def _export(settings: Settings, out: Path) -> int:
    with reading_vault(settings) as vault:
        lines = [orjson.dumps(each) + b"\n" for each in labelled(vault, Codec(load_lock()))]
    try:
        out.write_bytes(b"".join(lines))
    except OSError as error:
        fault = f"cannot write there: {type(error).__name__}"
        raise _usage(fault, "name another --out", str(out)) from None
    if not lines:
        typer.echo(
            "No verdict labels anything yet: officers have given none, `liaison deliver` has not "
            "pulled them, or what they were on has changed since.",
            err=True,
        )
    return len(lines)


def _give(settings: Settings, officer: Officer, subject: str, word: VerdictWord) -> int:
    """Write the verdict on every notice that the office holds by that name; return how many."""
    if not settings.inbox.is_file():
        return 0
    who, now = (officer.office, officer.id), SystemClock().now()
    with closing(Inbox.open(settings.inbox)) as inbox:
        return sum(
            inbox.give_verdict(who, name, word, now)
            for name in dict.fromkeys((subject, *_notices(settings, subject)))
        )


def _notices(settings: Settings, match: str) -> list[str]:
    """Return the notices of a match by the vault's own id of it, where there is a vault."""
    if not settings.vault.is_file():
        return []
    query = select(NOTICE.c.notice_id).where(NOTICE.c.match == match)
    with reading_vault(settings) as vault, vault.connect() as connection:
        return list(connection.execute(query).scalars())


def _officer(settings: Settings, name: str) -> Officer:
    officer = Trust.of(settings).register().officers.get(name)
    if officer is None:
        fault = f"the register has no officer {name!r}"
        raise _usage(fault, "name an officer by the id that the party register gives")
    return officer


def _usage(fault: str, next_step: str, where: str = "liaison verdict") -> StackError:
    return StackError(
        fault,
        where=where,
        unchanged="Nothing was written",
        next_step=next_step,
        exit_code=2,
    )
