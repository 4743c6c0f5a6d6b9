"""`liaison ledger`: is the accounting of disclosures whole, and what does it say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer

from consumers.ledger.report import report as accounting
from consumers.ledger.verify import Verification
from consumers.ledger.verify import verify as recompute
from deploy.cli.output import Json, emit, emit_facts, plain
from deploy.cli.reach import reading_vault
from deploy.settings import read_settings
from deploy.trust import Trust
from schemas.errors import ConfigError
from schemas.notice import Checkpoint
from schemas.signing import load_private_key, public_bytes

app = typer.Typer(no_args_is_help=True, help="Verify and report the accounting of disclosures.")

_COLUMNS: Final = (
    *("number", "date", "sent", "recipient_name", "purpose", "nature", "disclosers", "records"),
)


@app.command()
def verify(
    *,
    key: Annotated[
        Path | None,
        typer.Option(help="Public key (32 bytes raw); without it, that of the ledger's key file."),
    ] = None,
    witness: Annotated[
        list[Path] | None,
        typer.Option(help="Notices that a recipient kept, one JSON object a line. Repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute numbers, tree and signatures, and that no attempt came before its entry.

    Exit 1 unless all holds. Only witnesses can show that the log was not rewritten and signed anew.
    """
    settings = read_settings()
    public_key = (
        public_bytes(load_private_key(Trust.of(settings).ledger_key_file()))
        if key is None
        else _content(key)
    )
    seen = [checkpoint for path in witness or () for checkpoint in checkpoints(path)]
    with reading_vault(settings) as vault:
        found = recompute(vault, public_key, settings.namespace, seen)
    emit_facts(_facts(found, len(seen)), as_json=as_json)
    if not as_json:
        for problem in found.problems:
            typer.echo(plain(problem))
    if found.problems:
        raise typer.Exit(1)


@app.command()
def report(
    *,
    record: Annotated[
        str | None, typer.Option(help="Only disclosures of this record, by its key.")
    ] = None,
    exempt: Annotated[
        bool, typer.Option("--exempt", help="Also releases inside one agency (552a(b)(1)).")
    ] = False,
    as_json: Json = False,
) -> None:
    """List disclosures in the ledger's order: date, nature, purpose, to whom, of which records."""
    with reading_vault(read_settings()) as vault:
        rows = accounting(vault, record=record, include_exempt=exempt)
        emit(rows, _COLUMNS, as_json=as_json)


def checkpoints(path: Path) -> Iterator[Checkpoint]:
    """Yield the checkpoints of notices, or of bare `{size, root, signature}` objects, a line each.

    Raises ConfigError that names the line; a notice without a checkpoint witnesses nothing.
    """
    for number, line in enumerate(_content(path).splitlines(), 1):
        try:
            said = orjson.loads(line)
            said = said.get("liaisoncheckpoint") if "specversion" in said else said
            if said is not None:
                root, signature = bytes.fromhex(said["root"]), bytes.fromhex(said["signature"])
                yield Checkpoint(int(said["size"]), root, signature)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ConfigError("WITNESS", f"{path}:{number}: {type(error).__name__}") from None


def _facts(found: Verification, witnessed: int) -> dict[str, object]:
    return {
        "holds": not found.problems,
        "size": found.size,
        "root": found.root.hex(),
        "waiting": found.waiting,
        "checkpoints": found.checkpoints,
        "witnessed": witnessed,
        "attempts": found.attempts,
        "problems": found.problems,
    }


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError("FILE", f"{path}: {error.strerror}") from None
