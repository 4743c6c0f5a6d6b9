"""Both keys asked about the same generated questions: where they differ, and how much both tell."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from consumers.sharing.cedar.engine import SecondKeyError
from consumers.sharing.cedar.second import DENY, HOLD
from consumers.sharing.compiler import compile_documents
from consumers.sharing.decide import decide
from consumers.sharing.documents import Document
from consumers.sharing.fields import values
from consumers.sharing.outcome import TOLD, Decision, Outcome, Question
from consumers.sharing.policy import AGREEMENTS, Policy, assemble, parse_all
from consumers.sharing.two_keys import TWO_KEYS
from deploy.bench.sharing_documents import redrafted
from deploy.bench.sharing_world import SECRETS, Asker, register

QUESTIONS_A_DOCUMENT: Final = 1_000
_FIRST_ALONE: Final = frozenset({"NOT_CONCERNED", "HOP_ALONE", "EVIDENCE_FALLEN"})
"""What only the first key looks at: routing and fallen evidence, no rule of a document."""
_SECOND: Final = {Outcome.DENY: DENY, Outcome.HOLD: HOLD}


@dataclass(slots=True)
class Tally:
    """Counts of a differential run; a request is one existence or one value for one recipient."""

    questions: int = 0
    requests: int = 0
    released: int = 0
    told: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def shipped() -> tuple[Document, ...]:
    """Return the documents that come with Liaison."""
    return parse_all({p.name: p.read_text(encoding="utf-8") for p in AGREEMENTS.glob("*.yaml")})


def policy_of(documents: Sequence[Document]) -> Policy:
    """Return the policy of parsed documents, well drafted or not."""
    return assemble(tuple(documents), compile_documents(documents), "bench", register(), SECRETS)


def policies(seed: int) -> Iterator[Policy]:
    """Yield the shipped policy, then redrafted ones for ever."""
    documents = shipped()
    yield policy_of(documents)
    for number in count(seed):
        yield policy_of(redrafted(documents, number))


def differ(requests: int, seed: int, watch: Callable[[int], object] = lambda _: None) -> Tally:
    """Ask both keys until so many requests are answered, under ever other documents."""
    tally, asker = Tally(), Asker(register(), seed)
    for policy in policies(seed):
        for _ in range(QUESTIONS_A_DOCUMENT):
            if tally.requests >= requests:
                return tally
            compare(policy, asker.question(), tally)
        watch(tally.requests)
    return tally


def compare(policy: Policy, question: Question, tally: Tally) -> None:
    """Put one question to both keys and count what came of it."""
    decision = decide(policy, question)
    tally.questions += 1
    tally.outcomes[str(decision.outcome)] += 1
    tally.requests += _requests(question)
    if decision.outcome in TOLD:
        tally.told += 1
        tally.released += _released(decision)
    tally.differences += _differences(policy, question, decision)


def _released(decision: Decision) -> int:
    """Return the number of things told: the match, and each value."""
    content = decision.content or {}
    return 1 + len(content.get("fields", ())) + len(content.get("place_time", ()))


def _requests(question: Question) -> int:
    """Return the number of things asked about: the match, and each value of each other record."""
    office, found = question.channel.office, 1
    for each in question.records.values():
        if each.owner != office and each.newest is not None:
            found += sum(len(values(entity)) for entity in each.newest["entities"])
            found += len(each.newest["places"])
    return found


def _differences(policy: Policy, question: Question, decision: Decision) -> Iterator[str]:
    for reason in decision.reasons:
        if reason.rule == TWO_KEYS:
            yield f"{reason.subject}: {reason.sentence}"
    expected = _SECOND.get(decision.outcome)
    rules = {reason.rule for reason in decision.reasons}
    if expected is None or TWO_KEYS in rules or not rules.isdisjoint(_FIRST_ALONE):
        return
    try:
        verdict = policy.second.judge(question, question.match.supports[0])
    except SecondKeyError as error:
        yield f"The second key has no answer where the first says {expected}: {error}."
        return
    if verdict.outcome != expected:
        yield f"The first key says {expected}, the second {verdict.outcome}."
