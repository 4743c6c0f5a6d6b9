"""Who may have to be told of a match: the offices concerned, the watch desk, subscribers.

Being named here discloses nothing: each channel is decided apart, on the support it would be shown.
"""

from collections.abc import Mapping
from typing import Final

from consumers.sharing.records import RecordHistory, countries
from schemas.match import Match, Support
from schemas.party import Channel, Register

DESKS: Final = {"space_time": "watch", "duplicate_investigation": "coordination"}
"""Office class that is told of a class of matches, whoever owns the records."""


def concerned(
    support: Support,
    channel: Channel,
    register: Register,
    match_class: str,
    records: Mapping[str, RecordHistory],
) -> bool:
    """Return whether a channel is to be told of a support, if anything of it is releasable.

    Its office owns one of the records (of a hop between the two sides: to learn of it where it is
    kept from others, see `support`); or it is the desk of the class: the watch desk where
    operations meet, the coordination desk where two investigate one thing; or it subscribes to
    the class that would be told, and to a country that the records touch.
    """
    if channel.office in support.owners:
        return True
    office = register.offices.get(channel.office)
    if office is not None and office.office_class == DESKS.get(match_class):
        return True
    return any(
        match_class in subscription.classes
        and (
            subscription.touches_country is None
            or subscription.touches_country in _touched(support, records)
        )
        for subscription in channel.subscriptions
    )


def recipients(
    match: Match, records: Mapping[str, RecordHistory], register: Register
) -> tuple[Channel, ...]:
    """Return the channels to decide for, by id.

    A channel that stands here no more may still hold a notice: whoever keeps standings decides
    for those channels too, and the decision is then DENY.
    """
    return tuple(
        channel
        for _, channel in sorted(register.channels.items())
        if any(
            concerned(support, channel, register, support.match_class, records)
            for support in match.supports
        )
    )


def _touched(support: Support, records: Mapping[str, RecordHistory]) -> frozenset[str]:
    """Return the countries that the newest payloads of a support's records touch."""
    found = map(records.get, support.records)
    return frozenset().union(
        *(countries(each.newest) for each in found if each is not None and each.newest is not None)
    )
