"""What a publisher answers for each event."""

from dataclasses import dataclass

from schemas.marking import Problem


@dataclass(frozen=True, slots=True)
class Receipt:
    """The broker has the event, replicated as the topic asks, at this position."""

    event_id: str
    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """The event was not sent, or the broker refused this event for good.

    `index` counts the events given to `publish_many` from 0; `problems` name fields by path.
    """

    index: int
    event_id: str | None
    problems: tuple[Problem, ...]
