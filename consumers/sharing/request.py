"""One question to the compiled policy; every attribute is required, and unknown satisfies nothing.

A request is about one recipient and one record, and within it about the match itself (`entity` and
`role` 0) or one entity. Words are bits of `vocabulary`; `now` is in whole seconds since 1970.
"""

from typing import NamedTuple

from consumers.sharing.vocabulary import (
    ANSWERS,
    BANDS,
    GRADES,
    KINDS,
    ORIGINS,
    RECIPIENT_KINDS,
    ROLES,
)


class Request(NamedTuple):
    """Attributes in the order in which the generated function unpacks them.

    `crimes`, `caveats`, `origin` and `grades` are sets; the others are one word each.
    """

    owner: str
    recipient: str
    kind: int
    office_class: int
    purpose: int
    crimes: int
    caveats: int
    origin: int
    entity: int
    role: int
    us_person: int
    match_class: int
    band: int
    grades: int
    now: int

    def about(self, entity: str, role: str, us_person: bool | None) -> "Request":
        """Return the same question about an entity of the record."""
        answer = ANSWERS.unknown if us_person is None else ANSWERS.bit("yes" if us_person else "no")
        return self._replace(entity=KINDS.bit(entity), role=ROLES.bit(role), us_person=answer)


CLOSED = (
    ("kind", RECIPIENT_KINDS),
    ("origin", ORIGINS),
    ("band", BANDS),
    ("grades", GRADES),
)
"""Attributes that bars read: an unknown word in one of them denies before any bar is asked.

An unknown caveat needs no line here: no bar is about it, and a caveat without a bar denies.
"""
