"""One question to the compiled policy; every attribute is required, and unknown satisfies nothing.

A request is about one recipient and one record, and within it about the match itself (`entity` and
`role` 0) or one entity. Words are bits of `vocabulary`; `now` is in whole seconds since 1970, days
are numbers of `vocabulary.calendar`.
"""

from typing import Final, NamedTuple

from consumers.sharing.vocabulary import (
    ANSWERS,
    BANDS,
    GRADES,
    HANDLINGS,
    KINDS,
    ORIGINS,
    RECIPIENT_KINDS,
    ROLES,
)

NEVER: Final = 1 << 62
"""`imminence` where no two operations meet, or one of them is over."""


class Request(NamedTuple):
    """Attributes in the order in which the generated functions unpack them.

    `kind`, `duties`, `crimes`, `caveats`, `origin`, `grades` and `handling` are sets; the other
    masks are one word each. `office` is `AGENCY/office`; `nation` the recipient's ISO alpha-3
    country, empty where an officer's is not the agency's. `validated` is the day on which the
    suspicion was last validated in time, UNLIMITED where none is needed; `informed` the day from
    which the information is; both 0 where that is not known. `imminence`: seconds until both
    operations of the match run, 0 while they do, else NEVER.
    """

    owner: str
    recipient: str
    office: str
    nation: str
    kind: int
    office_class: int
    duties: int
    purpose: int
    crimes: int
    caveats: int
    origin: int
    handling: int
    entity: int
    role: int
    us_person: int
    match_class: int
    band: int
    grades: int
    validated: int
    informed: int
    imminence: int
    today: int
    now: int

    def about(self, entity: str, role: str, us_person: bool | None) -> "Request":
        """Return the same question about an entity of the record."""
        answer = ANSWERS.unknown if us_person is None else ANSWERS.bit("yes" if us_person else "no")
        return self._replace(entity=KINDS.bit(entity), role=ROLES.bit(role), us_person=answer)


CLOSED = (
    ("kind", RECIPIENT_KINDS),
    ("origin", ORIGINS),
    ("handling", HANDLINGS),
    ("band", BANDS),
    ("grades", GRADES),
)
"""Attributes that bars read: an unknown word in one of them denies before any bar is asked.

An unknown caveat needs no line here: no bar is about it, and a caveat without a bar denies. An
unknown duty meets no clause and no line of a bar that releases.
"""
