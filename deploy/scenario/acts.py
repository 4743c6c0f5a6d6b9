"""What people do about a match: acknowledge, judge, consent, review; each by the door it has."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from consumers.inbox.rows import VerdictWord
from consumers.inbox.store import Inbox
from deploy.scenario.parties import officer_of, recipients_of
from deploy.scenario.seen import Seen
from deploy.scenario.story import Act
from schemas.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Doors:
    """Where acts go in; `seen` is what stands when they do."""

    inbox: Inbox
    seen: Seen
    now: datetime

    def act(self, act: Act) -> None:
        """Do it; raises ConfigError where there is nothing that it could be about."""
        match act.verb:
            case "acknowledge":
                self._acknowledge(act)
            case "verdict":
                self._judge(act)
            case _:
                raise ConfigError("SCENARIO_ACT", f"nothing can {act.verb} yet")

    def _acknowledge(self, act: Act) -> None:
        office = act.office.partition(":")[0]
        subjects = self._subjects(act)
        held = self.inbox.list_notices(office, limit=500).notices
        mine = [n for n in held if n.closed_at is None and n.channel == self._channel(act)]
        mine = [n for n in mine if subjects is None or n.subject in subjects]
        if not mine:
            raise ConfigError("SCENARIO_ACT", f"{act.office} holds no open notice to acknowledge")
        for notice in mine:
            self.inbox.acknowledge(office, notice.notice_id, self._officer(act), self.now)

    def _judge(self, act: Act) -> None:
        office, word = act.office.partition(":")[0], cast("VerdictWord", act.words["word"])
        for subject in sorted(self._subjects(act) or ()):
            self.inbox.give_verdict((office, self._officer(act)), subject, word, self.now)

    def _subjects(self, act: Act) -> set[str] | None:
        if act.pair is None:
            return None
        matches = self.seen.between(act.pair)
        if not matches:
            raise ConfigError("SCENARIO_ACT", f"{' and '.join(act.pair)} are in no match yet")
        return {self.seen.subject(act.office, match) for match in matches}

    def _channel(self, act: Act) -> str:
        return recipients_of(self.seen.scenario.register)[act.office].id

    def _officer(self, act: Act) -> str:
        office, _, officer = act.office.partition(":")
        return officer or officer_of(office)
