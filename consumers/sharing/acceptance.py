"""Whether a distributed document comes into force: pure, all or nothing.

Refused, nothing changes: the version in force stays in force, and what it was refused for is told.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from consumers.sharing import agreement
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


def arrived(current: Policy, data: bytes, now: datetime) -> tuple[Policy | Refusal, str]:
    """Take in a message of the agreement topic; return what became of it, and the document's id.

    The id is empty where the message was refused.
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

    Whether their signers' keys have run out since is not asked; everything else is, again.
    """
    refused = []
    for body in bodies:
        try:
            found = accepted(current, Signed.from_bytes(body), None)
        except ConfigError as error:
            found = Refusal(error.code, error.detail)
        if isinstance(found, Refusal):
            refused.append(found)
        else:
            current = found
    return current, tuple(refused)


def accepted(current: Policy, incoming: Signed, now: datetime | None) -> Policy | Refusal:
    """Return the policy with a document taken in, `current` itself where it is in force already.

    Signatures are looked at before a byte is parsed. A version never changes and only rises: the
    same id and version with other bytes is refused, and so is a lower version.
    """
    if len(incoming.text) > MAX_BYTES:
        return Refusal("TOO_LONG", f"more than {MAX_BYTES} bytes")
    if wrong := problems(incoming, current.register, now):
        return Refusal("UNSIGNED", "; ".join(wrong))
    try:
        return _taken_in(current, incoming)
    except ConfigError as error:
        return Refusal(error.code, error.detail)


def _taken_in(current: Policy, incoming: Signed) -> Policy | Refusal:
    source = incoming.digest[:12]
    text = decode(incoming.text, source)
    document = agreement.parse(text, source)
    known = next((each for each in current.documents if each.id == document.id), None)
    if known is not None:
        here = f"{document.id} version {known.version} is in force"
        if document.version < known.version:
            return Refusal("VERSION_OLD", f"{here}; version {document.version} came")
        if document.version == known.version:
            if current.texts.get(document.id) == text:
                return current
            return Refusal("VERSION_REUSED", f"{here}; other bytes came under its number")
        if type(document) is not type(known):
            return Refusal("AGREEMENT_FORM", f"{here}, and is another sort of document")
    texts: Mapping[str, str] = {**current.texts, document.id: text}
    return build_policy(texts, current.register, current.secrets)
