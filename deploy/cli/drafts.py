"""`liaison agreement sign|diff`: a draft on its way to two signatures, and what it would change."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from consumers.sharing import agreement, difference
from consumers.sharing.documents import Document
from consumers.sharing.letters import decode
from consumers.sharing.policy import unsound
from consumers.sharing.signatures import (
    Signed,
    dump_signatures,
    load_signatures,
    problems,
)
from consumers.sharing.signatures import sign as signature_of
from deploy.cli.output import Json, emit_facts, plain
from schemas.errors import ConfigError
from schemas.party import Register
from schemas.signing import load_private_key

Draft = Annotated[Path, typer.Argument(metavar="FILE", help="An agreement or the bars (YAML).")]


def sign(
    document: Draft,
    signer: Annotated[str, typer.Option("--as", help="Your id in the register's signers.")],
    key: Annotated[Path, typer.Option(help="Your private key (PEM, Ed25519).")],
) -> None:
    """Sign a document that stands; the signature is added to FILE.sig beside it.

    Two different signers are needed before it comes into force. A document that changed after it
    was signed loses its signatures: sign again.
    """
    text = _bytes(document)
    if wrong := unsound([_parsed(document, text)], None):
        raise ConfigError("AGREEMENT_UNSOUND", "; ".join(wrong))
    path = signature_path(document)
    held = load_signatures(path.read_bytes()) if path.exists() else ()
    if any(each.signer == signer for each in held):
        raise ConfigError("AGREEMENT_SIGNATURE", f"{signer} has signed {document} already")
    given = signature_of(text, signer, load_private_key(key))
    path.write_bytes(dump_signatures([*held, given]))
    typer.echo(Signed(text, ()).digest)
    typer.echo(f"{path} holds {len(held) + 1} signatures of the document above.", err=True)


def diff(old: Draft, new: Draft, *, as_json: Json = False) -> None:
    """Say what changes from one version to the next: text, examples, decisions.

    Decisions are compared on 20,000 requests made up near the clauses of both versions.
    """
    before, after = (_parsed(path, _bytes(path)) for path in (old, new))
    found = difference.difference(before, after)
    if as_json:
        shifts = [each._asdict() | {"wider": each.wider} for each in found.shifts]
        emit_facts(found._asdict() | {"shifts": shifts}, as_json=True)
        return
    for sentence in difference.sentences(found):
        typer.echo(plain(sentence))


def signature_path(document: Path) -> Path:
    """Return where the signatures of a document stand."""
    return document.with_name(f"{document.name}.sig")


def unsigned(document: Path, register: Register) -> tuple[str, ...]:
    """Return why a document's signatures do not hold now; empty where they do."""
    path = signature_path(document)
    try:
        held = load_signatures(path.read_bytes()) if path.exists() else ()
    except ConfigError as error:
        return (f"{path}: {error.detail}",)
    signed = Signed(_bytes(document), held)
    return tuple(f"{document}: {each}" for each in problems(signed, register, datetime.now(UTC)))


def _parsed(path: Path, text: bytes) -> Document:
    return agreement.parse(decode(text, str(path)), str(path))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError("AGREEMENT_FILE", f"{path}: {type(error).__name__}") from None
