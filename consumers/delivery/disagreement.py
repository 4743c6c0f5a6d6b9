"""The alarm where the two keys disagree: what either withholds stays so, and somebody looks."""

from collections.abc import Callable

import structlog

from consumers.sharing.outcome import Decision, Question
from consumers.sharing.policy import Policy
from consumers.sharing.two_keys import TWO_KEYS

Decide = Callable[[Policy, Question], Decision]

log = structlog.get_logger(__name__)


def alarming(decide: Decide, count: Callable[[], object]) -> Decide:
    """Return `decide`, which logs and counts each decision in which the keys disagree.

    The log names records, fields and rules; never a value.
    """

    def watched(policy: Policy, question: Question) -> Decision:
        decision = decide(policy, question)
        found = [each for each in decision.reasons if each.rule == TWO_KEYS]
        if found:
            count()
            log.error(
                "two_keys_disagree",
                match=question.match.id,
                channel=question.channel.id,
                policy=decision.policy_version,
                found=[f"{each.subject}: {each.sentence}" for each in found],
            )
        return decision

    return watched
