"""What people do about a match: acknowledge, judge, consent, review; each by the door it has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Engine

from consumers.consent import requests
from consumers.inbox.rows import VerdictWord
from consumers.inbox.store import Inbox
from consumers.store import timers
from consumers.store.standings import Thread, clear
from deploy.scenario.parties import officer_of, recipients_of
from deploy.scenario.seen import Seen
from deploy.scenario.story import Act
from schemas.errors import ConfigError
from schemas.record import microseconds

_LASTS: Final = timedelta(hours=72)
"""How long a consent may be relied on where the story does not say."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where acts go in; `seen` is what stands when they do."""

    inbox: Inbox
    vault: Engine
    seen: Seen
    now: datetime

    def act(self, act: Act) -> None:
        """Do it; raises ConfigError where there is nothing that it could be about."""
        match act.verb:
            case "acknowledge":
                self._acknowledge(act)
            case "verdict":
                self._judge(act)
            case "grant" | "refuse":
                self._answer(act)
            case "release":
                self._release(act)
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

    def _answer(self, act: Act) -> None:
        """Answer what a party is asked about a match for a recipient."""
        office = act.words["to"].partition(":")[0]
        matches, fields = self._matches(act), act.words.get("fields")
        with self.vault.begin() as connection:
            waiting = [
                row["id"]
                for row in requests.requests(connection)
                if (row["party"], row["office"]) == (act.office, office)
                and row["match"] in matches
                and (fields is None or row["field"] in fields)
            ]
            if not waiting:
                raise ConfigError(
                    "SCENARIO_ACT", f"nobody asks {act.office} for this consent at this moment"
                )
            for request in waiting:
                if act.verb == "refuse":
                    requests.refuse(connection, request, self.now)
                else:
                    lasts = act.words.get("for", _LASTS)
                    requests.grant(connection, request, f"{act.office}-1", lasts, self.now)

    def _release(self, act: Act) -> None:
        """Release what waits for an operator's review."""
        matches, channel = self._matches(act), self._channel(act)
        with self.vault.begin() as connection:
            waiting = [
                Thread(row["match"], row["channel"])
                for row in timers.reviews(connection)
                if row["match"] in matches and row["channel"] == channel
            ]
            if not waiting:
                raise ConfigError("SCENARIO_ACT", f"nothing waits for review for {act.office}")
            for thread in waiting:
                clear(connection, thread, microseconds(self.now))

    def _matches(self, act: Act) -> set[str]:
        matches = self.seen.between(act.pair) if act.pair is not None else set()
        if not matches:
            raise ConfigError("SCENARIO_ACT", f"{' and '.join(act.pair or ())} are in no match yet")
        return matches

    def _subjects(self, act: Act) -> set[str] | None:
        if act.pair is None:
            return None
        return {self.seen.subject(act.office, match) for match in self._matches(act)}

    def _channel(self, act: Act) -> str:
        return recipients_of(self.seen.scenario.register)[act.office].id

    def _officer(self, act: Act) -> str:
        office, _, officer = act.office.partition(":")
        return officer or officer_of(office)
