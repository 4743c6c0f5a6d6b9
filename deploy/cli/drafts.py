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
    Signature,
    Signed,
    dump_signatures,
    load_signatures,
    problems,
)
from consumers.sharing.signatures import sign as signature_of
from deploy.cli.output import Json, emit_facts, plain
from deploy.cli.reach import folder_documents, running_broker
from deploy.distribution import distribute
from deploy.settings import read_settings
from deploy.trust import Trust
from schemas.errors import ConfigError
from schemas.party import Register
from schemas.signing import load_private_key
from schemas.topics import Topics

Draft = Annotated[Path, typer.Argument(metavar="FILE", help="An agreement or the bars (YAML).")]


def sign(
    document: Draft,
    signer: Annotated[str, typer.Option("--as", help="Your id in the register's signers.")],
    key: Annotated[Path, typer.Option(help="Your private key (PEM, Ed25519).")],
    *,
    as_json: Json = False,
) -> None:
    """Sign a document that stands; the signature is added to FILE.sig beside it.

    Two different signers are needed before it comes into force. A document that changed after it
    was signed loses its signatures: sign again.
    """
    text = _bytes(document)
    if wrong := unsound([_parsed(document, text)], None):
        raise ConfigError("AGREEMENT_UNSOUND", "; ".join(wrong))
    path = signature_path(document)
    held = _held(document, text)
    if any(each.signer == signer for each in held):
        raise ConfigError("AGREEMENT_SIGNATURE", f"{signer} has signed {document} already")
    signed = Signed(text, (*held, signature_of(text, signer, load_private_key(key))))
    path.write_bytes(dump_signatures(signed))
    emit_facts({"document": str(document), "sha256": signed.digest}, as_json=as_json)
    typer.echo(f"{path} now holds {len(signed.signatures)} of 2 signatures.", err=True)


def diff(old: Draft, new: Draft, *, as_json: Json = False) -> None:
    """Say what changes from one version to the next: text, examples, decisions, new releases.

    Decisions are compared on 20,000 requests made up near the clauses of both versions. What the
    new version would newly release, among all other documents, a solver finds (extra `proof`);
    without it the rest is said all the same.
    """
    before, after = (_parsed(path, _bytes(path)) for path in (old, new))
    found = difference.difference(before, after)
    found = found._replace(changes=_newly_released(before, after))
    if as_json:
        shifts = [each._asdict() | {"wider": each.wider} for each in found.shifts]
        emit_facts(found._asdict() | {"shifts": shifts}, as_json=True)
        return
    for sentence in difference.sentences(found):
        typer.echo(plain(sentence))


def publish(document: Draft, *, as_json: Json = False) -> None:
    """Send a document that two have signed to every deliver process, on the agreement topic.

    Each takes it in whole, or refuses it and goes on by the version in force.
    """
    settings = read_settings()
    text, register = _bytes(document), Trust.of(settings).register()
    known = _parsed(document, text)
    if wrong := (*unsigned(document, register), *unsound([known], register)):
        raise ConfigError("AGREEMENT_UNSOUND", "; ".join(wrong))
    topics = Topics(settings.namespace, settings.partitions)
    signed = load_signatures(signature_path(document).read_bytes(), text)
    distribute(running_broker(settings), topics, {known.id: signed})
    sent = {"document": known.id, "version": known.version, "sha256": signed.digest}
    emit_facts(sent, as_json=as_json)


def signature_path(document: Path) -> Path:
    """Return where the signatures of a document stand."""
    return document.with_name(f"{document.name}.sig")


def unsigned(document: Path, register: Register) -> tuple[str, ...]:
    """Return why a document's signatures do not hold now; empty where they do."""
    text, path = _bytes(document), signature_path(document)
    try:
        signed = load_signatures(path.read_bytes(), text) if path.exists() else Signed(text, ())
    except ConfigError as error:
        return (f"{document}: {error.detail}",)
    return tuple(f"{document}: {each}" for each in problems(signed, register, datetime.now(UTC)))


def _newly_released(before: Document, after: Document) -> tuple[str, ...]:
    """Ask the solver, each version standing among all other documents that the settings name."""
    try:
        # Deciding and sending never load the solver; nor does any other command but `prove`.
        from consumers.sharing.prove import prove as prover  # noqa: PLC0415
    except ModuleNotFoundError:
        typer.echo("The solver is not installed: pip install 'liaison[proof]'.", err=True)
        return ()
    others = [each for each in folder_documents(read_settings()) if each.id != before.id]
    try:
        found = prover.newly_released((*others, before), (*others, after))
    except ConfigError as error:
        return (f"The solver cannot say what is newly released: {error.detail}",)
    said = tuple(f"newly released: {each}" for each in found)
    return said or ("The solver finds nothing that is newly released.",)


def _held(document: Path, text: bytes) -> tuple[Signature, ...]:
    """Return the signatures so far; none where the document has changed since."""
    path = signature_path(document)
    if not path.exists():
        return ()
    try:
        return load_signatures(path.read_bytes(), text).signatures
    except ConfigError as error:
        if error.code != "AGREEMENT_CHANGED":
            raise
        typer.echo(f"{document} has changed: its earlier signatures are dropped.", err=True)
        return ()


def _parsed(path: Path, text: bytes) -> Document:
    return agreement.parse(decode(text, str(path)), str(path))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError("AGREEMENT_FILE", f"{path}: {type(error).__name__}") from None
