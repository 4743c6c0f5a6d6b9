"""What deciding costs: field decisions, two-key releases, proofs; and whether the keys differ."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from consumers.sharing.asking import Recipient
from consumers.sharing.decide import decide
from consumers.sharing.documents import Agreement, Document
from consumers.sharing.outcome import TOLD, Question
from consumers.sharing.policy import Policy
from consumers.sharing.request import Request
from consumers.sharing.support import judge
from consumers.sharing.vocabulary import FIELDS, LEVELS
from deploy.bench.sharing_differential import differ, policy_of, shipped
from deploy.bench.sharing_world import Asker, register
from deploy.local.jars import Progress

SIZES: Final = (10, 500)
"""Agreements: as many as there are partners now, and a country's worth."""
SECONDS: Final = 4.0

Explained = list[tuple[str, str, tuple[str, ...]]]


def measure_sharing(
    requests: int, seed: int, progress: Progress, *, proofs: bool
) -> dict[str, Any]:
    """Return every figure of the sharing core; rates are for one core, by its own CPU time."""
    found: dict[str, Any] = {"field_decisions_s": {}, "compile_s": {}, "proofs_s": {}}
    questions = _questions(seed)
    asked = _asked(policy_of(shipped()), questions)
    for step, size in enumerate(SIZES):
        progress("Explained field decisions", step, len(SIZES))
        begin = time.process_time()
        policy = policy_of(scaled(size))
        found["compile_s"][size] = round(time.process_time() - begin, 2)
        rate = _rate(partial(explain_fields, policy), asked)
        found["field_decisions_s"][size] = round(rate * len(FIELDS.words))
        found |= _two_keys(policy, questions, size)
        if proofs:
            found["proofs_s"][size] = _proofs(scaled(size))
    progress("Explained field decisions", len(SIZES), len(SIZES))
    tally = differ(requests, seed, lambda done: progress("Both keys", done, requests))
    found["differential"] = {
        "requests": tally.requests,
        "questions": tally.questions,
        "disagreements": len(tally.differences),
        "questions_told_by_both": round(tally.told / max(1, tally.questions), 3),
        "requests_released_by_both": round(tally.released / max(1, tally.requests), 3),
        "outcomes": dict(sorted(tally.outcomes.items())),
        "examples": tally.differences[:5],
    }
    return found


def scaled(size: int) -> tuple[Document, ...]:
    """Return the shipped documents with copies of one agreement for further partners."""
    documents = list(shipped())
    agreements = [each for each in documents if isinstance(each, Agreement)]
    model = next(each for each in agreements if each.id == "HSI-BIS-2024")
    further = (_copy(model, f"P{number}") for number in range(size - len(agreements)))
    return (*documents, *further)


def _copy(model: Agreement, code: str) -> Agreement:
    def moved(directions: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        swap = {"BIS": code}
        return tuple((swap.get(a, a), swap.get(b, b)) for a, b in directions)

    clauses = tuple(replace(c, directions=moved(c.directions)) for c in model.clauses)
    return replace(
        model,
        id=f"HSI-{code}",
        parties=("HSI", code),
        directions=moved(model.directions),
        clauses=clauses,
    )


def explain_fields(policy: Policy, request: Request) -> Explained:
    """Decide every field of one entity: level, the clause that gives it, the bars that do not."""
    barred, bars = policy.compiled.judge(request)[1], policy.compiled.bars
    stopped = tuple(bars[n].id if n >= 0 else "UNKNOWN" for n, e in barred if e != "release")
    given = policy.given(request)
    explained = []
    for name in FIELDS.words:
        grant = given.get(name)
        level = LEVELS[grant.level] if grant and not stopped else LEVELS[0]
        explained.append((level, grant.rule if grant else "", stopped))
    return explained


def _questions(seed: int) -> list[Question]:
    asker = Asker(register(), seed)
    return [asker.question() for _ in range(2_000)]


def _asked(policy: Policy, questions: Sequence[Question]) -> list[Request]:
    """Return what the first key asks of its compiled function about each entity."""
    return [request for each in questions for request in _entities(policy, each)]


def _entities(policy: Policy, question: Question) -> Iterator[Request]:
    office = policy.register.offices[question.channel.office]
    agency = policy.register.agencies[office.agency]
    asked = Recipient(question.channel, office, agency)
    for parent in judge(policy, question, asked, question.match.supports[0]).parents:
        for entity in parent.end.event["entities"]:
            yield parent.request.about(entity["kind"], entity["role"], entity["us_person"])


def _two_keys(policy: Policy, questions: Sequence[Question], size: int) -> dict[str, Any]:
    told = [each for each in questions if decide(policy, each).outcome in TOLD]
    second = policy.second
    return {
        f"two_key_releases_s_at_{size}": round(_rate(partial(decide, policy), told)),
        f"cedar_alone_supports_s_at_{size}": round(
            _rate(lambda each: second.judge(each, each.match.supports[0]), told)
        ),
    }


def _rate(act: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Return acts per second of this process's CPU; everything is asked once before."""
    for each in items:
        act(each)
    done, begin = 0, time.process_time()
    while time.process_time() - begin < SECONDS:
        for each in items:
            act(each)
        done += len(items)
    return done / (time.process_time() - begin)


def _proofs(documents: Sequence[Document]) -> dict[str, Any] | str:
    try:
        from consumers.sharing.prove import prove as prover  # noqa: PLC0415 - the extra `proof`
    except ModuleNotFoundError:
        return "the extra `proof` is not installed"
    begin = time.perf_counter()
    outcomes = [each.outcome for each in prover.prove(documents)]
    seconds = round(time.perf_counter() - begin, 2)
    return {"seconds": seconds, "properties": len(outcomes), "proved": outcomes.count("proved")}
