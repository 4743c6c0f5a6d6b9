"""`liaison agreement simulate`: what recorded matches would come to under changed documents."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.cli.output import Json, emit
from deploy.cli.reach import reading_vault
from deploy.replay import Change, Replayer, in_force
from deploy.settings import read_settings
from schemas.codec import Codec
from schemas.errors import ConfigError
from schemas.registry import load_lock

_EACH: Final = ("channel", "match", "before", "after", "no_longer", "newly")
_SUMMED: Final = ("channel", "before", "after", "because", "standings")


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The changed documents.")],
    *,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Decided since, such as 2026-03-02 or …T10:00.")
    ],
    each: Annotated[bool, typer.Option("--each", help="Every standing, not sums.")] = False,
    as_json: Json = False,
) -> None:
    """Decide recorded matches again under changed documents: what differs, by recipient and rule.

    Both sets of documents decide anew as of the moment of each decision, acts of suspension
    included; nothing is changed, nothing is sent.
    """
    settings = read_settings()
    now, then = in_force(settings), in_force(settings, folder)
    with reading_vault(settings) as vault:
        changes = list(Replayer(vault, Codec(load_lock())).simulate(now, then, _moment(since)))
    if each or as_json:
        emit((change._asdict() for change in changes), _EACH, as_json=as_json)
    else:
        emit(_sums(changes), _SUMMED, as_json=False)
    typer.echo(f"{len(changes)} standings would be decided differently.", err=True)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError("NO_SUCH_TIME", f"{text!r} is no time such as 2026-03-02T10:00") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _sums(changes: list[Change]) -> list[dict[str, object]]:
    counted = Counter((c.channel, c.before, c.after, c.newly or c.no_longer) for c in changes)
    return [
        {
            "channel": channel,
            "before": before,
            "after": after,
            "because": ", ".join(rules),
            "standings": count,
        }
        for (channel, before, after, rules), count in sorted(counted.items())
    ]
