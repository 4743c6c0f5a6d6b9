"""The real steps of delivery over a real vault, with a small decision of its own in their middle.

`FakeRules` stands for agreements: a support is told to an office unless a marking of one of its
records, of any version that counts, names the office as barred. One module: messages and rules
name the same few records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Engine, event

from consumers.delivery.apply import Intake, Message
from consumers.delivery.attempts import Attempt, Result
from consumers.delivery.backoff import Backoff
from consumers.delivery.decider import Decider
from consumers.delivery.dispatcher import Dispatch, Dispatcher
from consumers.delivery.keeper import InForce, Keeper
from consumers.delivery.lease import Lease
from consumers.delivery.receipts import RetryRules
from consumers.sharing.documents import Suspension
from consumers.sharing.outcome import Decision, Outcome, Question, Reason
from consumers.sharing.policy import Policy
from consumers.sharing.records import RecordHistory
from consumers.sharing.suspension import Act, Deed, running
from consumers.sqlite import open_store
from consumers.store.generation import take_over
from consumers.store.policies import PolicyBook
from consumers.store.vault import METADATA
from schemas.clock import FixedClock
from schemas.codec import Codec
from schemas.headers import ORIGIN, REASON, RECORD
from schemas.match import EntityVersion, Match, Support, SupportLink
from schemas.party import Agency, Channel, Contact, Office, Register
from schemas.record import Rank, microseconds
from schemas.registry import load_lock
from schemas.signing import generate_key, public_bytes, sign_detached
from schemas.topics import MATCH_SCHEMA, RECORD_SCHEMA, Topics
from tests.support.events import SUBJECT_REPORTED, build_event, build_header, build_marking

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPICS = Topics("t-world", partitions=1)
CODEC = Codec(load_lock())
OFFICES = ("HSI/miami", "BIS/oee", "GBR/desk")
TIMEOUTS = {"inbox": timedelta(seconds=2), "webhook": timedelta(seconds=5)}


def build_register(webhook_url: str = "") -> Register:
    """Three agencies with an office each; BIS has a webhook beside its inbox."""
    agencies = {
        code: Agency(code, f"Agency {code}", code, country, "federal_law_enforcement")
        for code, country in (("HSI", "US"), ("BIS", "US"), ("GBR", "GB"))
    }
    contact = Contact("A. Officer", "+12025550100", "desk@example.invalid")
    offices = {
        office: Office(office[:3], office[4:], "enforcement", "US", contact) for office in OFFICES
    }
    channels = {
        f"inbox-{office.split('/')[0]}": Channel(
            f"inbox-{office.split('/')[0]}", office, "inbox", "criminal_investigation"
        )
        for office in OFFICES
    }
    if webhook_url:
        channels["hook-BIS"] = Channel(
            "hook-BIS",
            "BIS/oee",
            "webhook",
            "criminal_investigation",
            webhook_url,
            "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
        )
    return Register(agencies, offices, channels, {}, {})


def fake_policy(register: Register, version: str = "p1", agreements: Iterable[Any] = ()) -> Policy:
    """What delivery reads of a policy besides deciding by it; an agreement is an agency's."""
    secrets = SimpleNamespace(recipient=b"recipient-secret", blocking=b"b")
    facts = {"version": version, "register": register, "secrets": secrets}
    return cast("Policy", SimpleNamespace(**facts, agreements=tuple(agreements)))


class WorldKeeper(Keeper):
    """The real keeper, but that an act names an agency, and is about what its office is told."""

    def _built(self, number: int) -> InForce:
        found, acts, _ = self._book.read()
        assert found >= number
        bare = self._base({})
        held: dict[str, Any] = {o[:3]: _agreement(o[:3], ()) for o in OFFICES}
        for act in acts:
            held[act.agreement] = _applied(held[act.agreement], act)
        policy = fake_policy(bare.register, f"{bare.version}/{found}", held.values())
        return InForce(found, policy, bare if acts else None)


def _agreement(agency: str, suspensions: tuple[Suspension, ...]) -> Any:
    start = START.date() - timedelta(days=1)
    return SimpleNamespace(id=agency, start=start, end=None, suspensions=suspensions)


def _applied(agreement: Any, act: Act) -> Any:
    suspensions = agreement.suspensions
    if act.deed == "suspend":
        return _agreement(agreement.id, (*suspensions, Suspension(act.at, None, act.order)))
    ended = tuple(s if s.end else replace(s, end=act.at) for s in suspensions)
    return _agreement(agreement.id, ended)


@dataclass
class FakeRules:
    """Decides by markings: an office named, or `barred`, is told nothing.

    `ask:OFFICE`: it needs the consent of P. `until:N`: the record may be told until N seconds after
    START. `keep:N`: it may be kept N days.
    """

    asked: int = 0
    barred: frozenset[str] = frozenset()

    def recipients(
        self, match: Match, _records: Mapping[str, RecordHistory], register: Register
    ) -> tuple[Channel, ...]:
        owners = {owner for s in match.supports for owner in s.owners}
        owners |= {"GBR/desk"} if match.supports else set()
        return tuple(c for c in register.channels.values() if c.office in owners)

    def decide(self, policy: Policy, question: Question) -> Decision:
        self.asked += 1
        parked, holds = False, []
        office = question.channel.office
        suspended = any(
            running(cast("Any", a), question.now) for a in policy.agreements if a.id == office[:3]
        )
        supports = question.match.supports if question.match.status == "live" else ()
        for support in sorted(supports, key=lambda s: s.digest):
            told = self._support(support, question)
            if isinstance(told, list):
                holds += told
            elif isinstance(told, dict) and not suspended:
                return _decision(policy, Outcome.FULL, told, (support,), question)
            parked |= told is Outcome.PARK and question.shown in {None, support.records}
        if parked and not suspended:
            return _decision(policy, Outcome.PARK, None, supports, question)
        if holds and not suspended:
            return _decision(policy, Outcome.HOLD, None, supports, question, sorted(set(holds)))
        return _decision(policy, Outcome.DENY, None, supports, question)

    def _support(
        self, support: Support, question: Question
    ) -> dict[str, Any] | list[str] | Outcome:
        office, names, verdict, needed = question.channel.office, [], Outcome.FULL, []
        for end in (each.version for each in support.ends):
            history = question.records.get(end.record)
            if history is None or end.rank not in history.markings:
                verdict = Outcome.PARK
                continue
            both = (history.markings[end.rank], history.markings[history.newest_rank])
            said = {caveat for marking in both for caveat in marking["caveats"]}
            said |= self.barred
            if history.newest is None or office in said or _lapsed(said, question.now):
                return Outcome.DENY
            needed += [end.record] if f"ask:{office}" in said else []
            names.append([end.record, history.newest["entities"][0]["names"][0]["full"]])
        if verdict is Outcome.PARK:
            return verdict
        if needed and not any(c.by == "P" and question.now < c.until for c in question.consents):
            return needed
        fields = [{"field": "name", "value": name} for name in sorted(names)]
        return {"class": "target", "band": "confirmed", "outcome": "FULL", "fields": fields}


def _numbers(said: Iterable[str], word: str) -> list[int]:
    return [int(each[len(word) :]) for each in said if each.startswith(word)]


def _lapsed(said: Iterable[str], now: datetime) -> bool:
    return any(now >= START + timedelta(seconds=n) for n in _numbers(said, "until:"))


def _decision(
    policy: Policy,
    outcome: Outcome,
    content: dict[str, Any] | None,
    supports: Iterable[Support],
    question: Question,
    holds: Iterable[str] = (),
) -> Decision:
    ends = {(e.version.record, e.version.rank) for s in supports for e in s.ends}
    office = question.channel.office
    said = [
        caveat
        for record, _ in ends
        if content is not None
        for marking in question.records[record].markings.values()
        for caveat in marking["caveats"]
    ]
    until = [START + timedelta(seconds=n) for n in _numbers(said, "until:")]
    kept = _numbers(said, "keep:")
    effect = "release existence" if content is not None else str(outcome)
    rule = f"{office[:3]}/rule" if content is not None else "rule"
    return Decision(
        outcome=outcome,
        hold_for="P" if outcome is Outcome.HOLD else None,
        match_class="target",
        band="confirmed",
        content=content,
        lineage=tuple(sorted(ends)),
        obligations=(f"RETAIN({min(kept)})",) if kept else (),
        reasons=(
            Reason(rule, effect, "match", "Because."),
            *(Reason("rule", "HOLD(P)", record, "Asked.") for record in holds),
        ),
        policy_version=policy.version,
        valid_until=min((u for u in until if u > question.now), default=None),
    )


def rank_of(record: str, version: int) -> Rank:
    """The rank that `record_message` gives a version."""
    digest = f"{record}/{version}".encode().ljust(32, b".")
    return version, microseconds(START) + version, digest


def record_message(
    offset: int, record: str, version: int, name: str = "Name", **changes: Any
) -> Message:
    """One version on record.v1. Changes: owner, barred, withdrawn, event_type, sides."""
    owner = changes.get("owner", "HSI/miami")
    schema = changes.get("event_type", SUBJECT_REPORTED)
    value = build_event(
        schema,
        header=build_header(schema, record_id=record.split("/")[1], version=version),
        marking=build_marking(caveats=sorted(changes.get("barred", ()))),
    )
    value["entities"][0]["names"][0]["full"] = name
    _, published_us, digest = rank_of(record, version)
    header = {
        "record": record,
        "version": version,
        "published_at_us": published_us,
        "digest": digest,
        "operation": "WITHDRAW" if changes.get("withdrawn") else "REPORT",
        "event_type": schema,
        "event_id": f"{record}/{version}",
        "owner": owner,
        "sides": list(changes.get("sides", (f"{owner[:3]}:record/{record}",))),
        "published_ms": 0,
    }
    body = CODEC.encode(
        RECORD_SCHEMA,
        {"header": header, "entities": [], "event": CODEC.encode(schema, value)},
    )
    return Message(TOPICS.record, 0, offset, body, {}, 0)


def build_support(left: str, right: str, versions: tuple[int, int] = (1, 1)) -> Support:
    """A support of two records: the first one HSI's, the second one BIS's."""
    ends = [
        EntityVersion(record, "p1", version, 0, *rank_of(record, version)[1:], owner)
        for record, version, owner in zip(
            (left, right), versions, ("HSI/miami", "BIS/oee"), strict=True
        )
    ]
    return Support(
        digest=f"{left}+{right}@{versions}",
        match_class="target",
        band="confirmed",
        bits=20.0,
        links=(SupportLink((), ends[0], ends[1], f"HSI:record/{left}", f"BIS:record/{right}"),),
    )


def match_message(
    offset: int, match: str, order: int, supports: Sequence[Support], successor: str | None = None
) -> Message:
    """One version on match.v1: live with supports, retracted without, or moved."""
    status = "moved" if successor else "live" if supports else "retracted"
    value = Match(
        id=match,
        family="identity",
        match_class="target",
        version=f"{match}/{order}",
        status=cast("Any", status),
        sides=("BIS:record/x", "HSI:case/24-0017"),
        supports=tuple(supports),
        weights_version="w1",
        order=order,
        partition=0,
        successor=successor,
        published_ms=0,
    )
    return Message(TOPICS.match, 0, offset, CODEC.encode(MATCH_SCHEMA, value.to_avro()), {}, 0)


def conflict_message(offset: int, record: str) -> Message:
    """One VERSION_CONFLICT on quarantine.v1."""
    headers = {
        ORIGIN: f"t-world.agency.hsi.case.v1/0/{offset}".encode(),
        REASON: b"VERSION_CONFLICT",
        RECORD: record.encode(),
    }
    return Message(TOPICS.quarantine, 0, offset, b"", headers, microseconds(START) // 1_000)


class World:
    """A vault, a clock that moves when told to, and deliver's steps without its threads."""

    def __init__(self, folder: Path, webhook_url: str = "") -> None:
        self.clock = FixedClock(START)
        self.rules = FakeRules()
        self.register = build_register(webhook_url)
        self.key = generate_key()
        self.vault = open_store(folder / "vault.db", METADATA)
        _without_fsync(self.vault)
        self.book = PolicyBook.beside(folder / "vault.db")
        _without_fsync(self.book._engine)
        self.policy = fake_policy(self.register)
        self.signing_fails: Exception | None = None
        self.restart()

    def restart(self) -> None:
        """Start deliver anew over the same vault."""
        self.lease = Lease(self.clock)
        self.keeper = WorldKeeper(self.book, lambda _: self.policy, self.lease, self.clock)
        in_force = self.keeper.in_force
        with self.vault.begin() as connection:
            now_us = microseconds(self.clock.now())
            generation = take_over(connection, in_force.policy.version, now_us)
        decider = Decider(in_force, CODEC, self.rules.decide, self.rules.recipients, lambda *_: ())
        self.dispatcher = Dispatcher(
            Dispatch(
                vault=self.vault,
                generation=generation,
                intake=Intake(CODEC, TOPICS),
                decider=decider,
                sign=self.sign,
                origin=TOPICS.namespace,
                clock=self.clock,
                retry=RetryRules(Backoff(0.5, 4.0)),
                draw=lambda: 0.5,
                timeouts=TIMEOUTS,
                lease=self.lease,
                in_force=lambda: self.keeper.in_force,
            )
        )

    @property
    def public_key(self) -> bytes:
        """Under which checkpoints verify."""
        return public_bytes(self.key)

    def sign(self, text: bytes) -> bytes:
        """Sign a checkpoint, unless the signer is made to fail."""
        if self.signing_fails is not None:
            raise self.signing_fails
        return sign_detached(self.key, text)

    def take_in(self, *messages: Message, results: Sequence[Result] = ()) -> None:
        """One turn's first step."""
        self.dispatcher.take_in(messages, results)

    def begin(self, room: int = 100) -> list[Attempt]:
        """One turn's second and third step."""
        self.keeper.turn()
        self.dispatcher.adopt()
        self.dispatcher.sequence()
        return self.dispatcher.begin(dict.fromkeys(self.register.channels, room))

    def turn(self, *messages: Message) -> dict[str, Attempt]:
        """One turn in which everything begun is received; attempts by channel."""
        self.take_in(*messages)
        attempts = self.begin()
        self.take_in(results=[Result(each, "received", "written") for each in attempts])
        return {each.channel.id: each for each in attempts}

    def act(self, agency: str, deed: Deed) -> int:
        """Suspend or resume what an agency is told; return the policy's number."""
        return self.book.act(Act(agency, deed, "Order 1", self.clock.now()))

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.advance(timedelta(seconds=seconds))


def _without_fsync(engine: Engine) -> None:
    """Nobody cuts the power in a test."""
    engine.dispose()

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")
