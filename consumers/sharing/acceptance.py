"""Whether a distributed document comes into force: pure, all or nothing.

Refused, nothing changes: the version in force stays in force, and what it was refused for is told.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from consumers.sharing import agreement
from consumers.sharing.documents import Document
from consumers.sharing.letters import decode
from consumers.sharing.policy import Policy, build_policy
from consumers.sharing.signatures import MAX_BYTES, Signed, problems
from schemas.errors import ConfigError


class Refusal(NamedTuple):
    """Why a document is not accepted: a constant word, and what an operator must know.

    `TOO_LONG`, `UNSIGNED`, `VERSION_REUSED`, `VERSION_OLD`, or the code of the ConfigError that its
    form, its meaning or its examples raise.
    """

    code: str
    detail: str


def arrived(current: Policy, data: bytes, now: datetime | None) -> tuple[Policy | Refusal, str]:
    """Take in a message of the agreement topic; return what became of it, and the document's id.

    The id is empty where the message was refused. `now` None: it was accepted before.
    """
    try:
        incoming = Signed.from_bytes(data)
    except ConfigError as error:
        return Refusal(error.code, error.detail), ""
    policy = accepted(current, incoming, now)
    if isinstance(policy, Refusal):
        return policy, ""
    text = incoming.text.decode()
    return policy, next(key for key, known in policy.texts.items() if known == text)


def restored(current: Policy, bodies: Iterable[bytes]) -> tuple[Policy, tuple[Refusal, ...]]:
    """Return the policy with documents that were accepted before, and those refused now.

    They are taken in at once: they stood together when the last of them came, and may need each
    other. Only where that fails now is each taken in by itself, in the order of their ids. Whether
    their signers' keys have run out since is not asked; everything else is, again.
    """
    refused: list[Refusal] = []
    texts: dict[str, str] = {}
    for body in bodies:
        try:
            found = _newer(current, Signed.from_bytes(body), None)
        except ConfigError as error:
            found = Refusal(error.code, error.detail)
        if isinstance(found, Refusal):
            refused.append(found)
        else:
            texts |= found
    whole = _with(current, texts)
    if isinstance(whole, Policy):
        return whole, tuple(refused)
    for document, text in sorted(texts.items()):
        one = _with(current, {document: text})
        if isinstance(one, Refusal):
            refused.append(one)
        else:
            current = one
    return current, tuple(refused)


def accepted(current: Policy, incoming: Signed, now: datetime | None) -> Policy | Refusal:
    """Return the policy with a document taken in, `current` itself where it is in force already.

    Signatures are looked at before a byte is parsed. A version never changes and only rises: the
    same id and version with other bytes is refused, and so is a lower version.
    """
    found = _newer(current, incoming, now)
    return found if isinstance(found, Refusal) else _with(current, found)


def in_force(documents: Iterable[Document], bodies: Iterable[bytes]) -> dict[str, Document]:
    """Return documents by id, each replaced by a distributed one of a higher version.

    For a reader that holds neither register nor secrets: `bodies` were accepted by deliver.
    """
    found = {each.id: each for each in documents}
    for body in bodies:
        signed = Signed.from_bytes(body)
        source = signed.digest[:12]
        came = agreement.parse(decode(signed.text, source), source)
        if came.id not in found or came.version > found[came.id].version:
            found[came.id] = came
    return found


def _newer(current: Policy, incoming: Signed, now: datetime | None) -> dict[str, str] | Refusal:
    """Return the text by id of what is newer than what is in force; empty where it is in force."""
    if len(incoming.text) > MAX_BYTES:
        return Refusal("TOO_LONG", f"more than {MAX_BYTES} bytes")
    if wrong := problems(incoming, current.register, now):
        return Refusal("UNSIGNED", "; ".join(wrong))
    source = incoming.digest[:12]
    try:
        text = decode(incoming.text, source)
        document = agreement.parse(text, source)
    except ConfigError as error:
        return Refusal(error.code, error.detail)
    return _numbered(current, document, text)


def _numbered(current: Policy, document: Document, text: str) -> dict[str, str] | Refusal:
    known = next((each for each in current.documents if each.id == document.id), None)
    if known is not None:
        here = f"{document.id} version {known.version} is in force"
        if document.version < known.version:
            return Refusal("VERSION_OLD", f"{here}; version {document.version} came")
        if document.version == known.version:
            if current.texts.get(document.id) == text:
                return {}
            return Refusal("VERSION_REUSED", f"{here}; other bytes came under its number")
        if type(document) is not type(known):
            return Refusal("AGREEMENT_FORM", f"{here}, and is another sort of document")
    return {document.id: text}


def _with(current: Policy, texts: Mapping[str, str]) -> Policy | Refusal:
    if not texts:
        return current
    try:
        return build_policy({**current.texts, **texts}, current.register, current.secrets)
    except ConfigError as error:
        return Refusal(error.code, error.detail)
