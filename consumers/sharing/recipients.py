"""Who may have to be told of a match: the offices concerned, the watch desk, subscribers.

Being named here discloses nothing: each channel is decided apart, on the support it would be shown.
"""

from collections.abc import Mapping

from consumers.sharing.records import RecordHistory, countries
from schemas.match import Match, Support
from schemas.party import Channel, Register

SPACE_TIME = "space_time"


def concerned(
    support: Support,
    channel: Channel,
    register: Register,
    match_class: str,
    records: Mapping[str, RecordHistory],
) -> bool:
    """Return whether a channel is to be told of a support, if anything of it is releasable.

    Its office owns one of the two ends; or it is a watch desk and operations meet; or it
    subscribes to the class that would be told, and to a country that the two records touch.
    """
    if channel.office in (support.left.owner, support.right.owner):
        return True
    office = register.offices.get(channel.office)
    if match_class == SPACE_TIME and office is not None and office.office_class == "watch":
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
    """Return the countries that the newest payloads of a support's two records touch."""
    found = (records.get(end.record) for end in (support.left, support.right))
    return frozenset().union(
        *(countries(each.newest) for each in found if each is not None and each.newest is not None)
    )
