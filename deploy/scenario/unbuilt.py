"""Parts that are still to be built, as small as their stories need them; in process only.

The recall over a second hop, the acknowledgement of a purge, the throttle of probes. A step that
needs one says `fast_only`, and is passed over on the real path.
"""

from dataclasses import dataclass, field
from typing import Final

from deploy.scenario.parties import channel_of
from deploy.scenario.parts import Recorder
from deploy.scenario.seen import Seen
from deploy.scenario.story import Act, Probe, Step
from schemas.digest import canonical_json, keyed_id
from schemas.errors import ConfigError
from schemas.notice import RECALL_TYPE
from streams.intake.probes import BUDGET_PER_HOUR, ProbeBudget

UNBUILT: Final = frozenset({"onward", "purged"})
"""Acts for which there is no door yet."""


@dataclass(slots=True)
class Unbuilt:
    """What offices have said of onward disclosures and purges, and what follows from it."""

    purged: set[str] = field(default_factory=set)
    onward: list[tuple[str, str, str]] = field(default_factory=list)
    budget: ProbeBudget = field(default_factory=lambda: ProbeBudget(BUDGET_PER_HOUR))

    def note(self, act: Act, seen: Seen) -> None:
        """Take an act down; raises ConfigError where there is nothing that it could be about."""
        matches = seen.between(act.pair) if act.pair is not None else set()
        held = {each["subject"] for each in seen.envelopes(act.office)}
        subjects = {seen.subject(act.office, match) for match in matches} & held
        if not subjects:
            raise ConfigError("SCENARIO_ACT", f"{act.office} was never told of this match")
        if act.verb == "purged":
            self.purged.add(act.office)
        else:
            self.onward += [(act.office, each, act.words["to"]) for each in sorted(subjects)]

    def follow(self, step: Step, seen: Seen, inbox: Recorder) -> set[str]:
        """Recall what was passed on, once its first recipient is recalled; return alarms."""
        for office, subject, second in self.onward:
            recalls = [
                each
                for each in seen.envelopes(office)
                if each["subject"] == subject and each["type"] == RECALL_TYPE
            ]
            for recall in recalls:
                secret = seen.policy.secrets.recipient
                mine = dict(recall) | {
                    "id": keyed_id(secret, "second hop", second, recall["id"]),
                    "subject": keyed_id(secret, "second hop", second, subject),
                    "liaisonsupersedes": [],
                }
                inbox.sent[channel_of(second)].append(canonical_json(mine))
        spent = [
            self.budget.spend(event["header"]["source"], event["header"]["published_at"])
            for happening in step.happenings
            if isinstance(happening, Probe)
            for event in happening.events
        ]
        return {"probe_budget_spent"} if any(spent) else set()
