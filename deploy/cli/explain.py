"""`liaison explain`: why a recipient was told what it was told, or nothing. For operators only.

And why an analyst's run of `liaison correlate` links two records.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from consumers.sharing import transition
from consumers.store.queries import explain_notice
from deploy.analysis.links import LinkSection, explain_link
from deploy.analysis.mistakes import mistake
from deploy.cli.output import Json, emit, emit_facts, plain
from deploy.cli.reach import reading_vault
from deploy.explanation import Explainer, Section
from deploy.local.errors import StackError
from deploy.replay import Replayer, in_force
from deploy.settings import Settings, read_settings
from deploy.trust import Trust
from schemas.codec import Codec
from schemas.registry import load_lock

app = typer.Typer(help="Why a recipient was told of a match, or was not; for operators only.")

_LINK: Final = "link"
_STANDING: Final = "standing"
_REPLAYED: Final = ("match", "channel", "decided", "outcome", "differs")


@app.command()
def explain(
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="NOTICE|MATCH|LEFT|link [LEFT] [RIGHT]|standing",
            help="An id, or the ends of a link: RECORD or RECORD#ENTITY, such as "
            "hsi.field/R-1#p1; one end alone means any other. With --out, the ends as links.csv "
            "writes them.",
        ),
    ],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Folder of a run of `liaison correlate`.")
    ] = None,
    reader: Annotated[
        str | None,
        typer.Option(metavar="OFFICE", help="Only what this office may know, such as BIS/unit."),
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Decide again from the recorded inputs and compare.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say by which clause each field was released, what lowered or withheld it, and the evidence.

    `--reader` shows what one office may know of it; `--replay` decides again by
    the agreements in force and names what differs: policy, records, outcome, content or rules.
    Of a link: in which matches it stands, and what agrees in words. No value of a record is shown.
    `liaison explain link LEFT RIGHT --out DIR` says what each attribute of two records of a run
    weighs, and what the sum means. `liaison explain standing` prints the table from what is decided
    and what a recipient holds to notice, update, correction, recall, review or nothing.
    """
    if subjects == [_STANDING]:
        _show_table(as_json=as_json)
        return
    asked = subjects[1:] if subjects[0] == _LINK else subjects
    if not asked or len(asked) > 2:
        _misused("one id or the two ends of a link were expected")
    if replay and len(asked) == 1:
        emit(_replayed(asked[0]), _REPLAYED, as_json=as_json)
    elif out is None:
        _show(_from_vault(asked, reader), as_json=as_json)
    elif len(asked) == 2:
        _show(list(explain_link(out, *asked)), as_json=as_json)
    else:
        _misused("--out needs the two ends of a link")


def _from_vault(asked: Sequence[str], reader: str | None) -> list[Section]:
    settings = read_settings()
    with reading_vault(settings) as vault:
        explainer = Explainer(vault, Codec(load_lock()), _offices(settings))
        if reader is not None:
            sections = list(explainer.for_reader(asked[0], reader))
        else:
            sections = list(explainer.one(*asked) if len(asked) == 1 else explainer.link(*asked))
    if not sections:
        raise StackError(
            "the vault has no such notice, match or link",
            where=str(settings.vault),
            unchanged="Nothing was changed",
            next_step="liaison ledger report --json lists the notices",
        )
    return sections


def _offices(settings: Settings) -> dict[str, str]:
    """Return who reads each channel, where the settings name a register."""
    if settings.trust.register_file is None:
        return {}
    channels = Trust.of(settings).register().channels.values()
    return {
        each.id: each.office if each.officer is None else f"{each.office}:{each.officer}"
        for each in channels
    }


def _replayed(name: str) -> list[dict[str, object]]:
    """Decide every standing of a match, or of a notice's match, again by the policy in force."""
    settings = read_settings()
    with reading_vault(settings) as vault:
        history = explain_notice(vault, name)
        match = name if history is None else history.match
        replayer, decided_by = Replayer(vault, Codec(load_lock())), in_force(settings)
        return [
            {
                "match": match,
                "channel": each.thread.channel,
                "decided": each.decided_at,
                "outcome": each.kept["outcome"],
                "differs": list(replayer.replay(decided_by, each)),
            }
            for each in replayer.recorded(match=match)
        ]


def _show_table(*, as_json: bool) -> None:
    if as_json:
        emit((rule._asdict() for rule in transition.TABLE), (), as_json=True)
    else:
        for line in transition.sentences():
            typer.echo(line)


def _show(sections: Sequence[Section] | Sequence[LinkSection], *, as_json: bool) -> None:
    for section in sections:
        if as_json:
            whole = {"kind": section.kind, **section.facts, "sentences": section.sentences}
            emit_facts(whole, as_json=True)
        else:
            typer.echo(f"{section.kind.upper()}")
            emit_facts(section.facts, as_json=False)
            for sentence in section.sentences:
                typer.echo(f"  {plain(sentence)}")
            typer.echo()


def _misused(what: str) -> NoReturn:
    raise mistake(what, "liaison explain", "liaison explain --help")
