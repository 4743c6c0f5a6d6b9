"""Proofs hold of what ships; planted drafting errors and compiler bugs break one, by name."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from consumers.sharing.cedar.language import Statement
from consumers.sharing.compiler import Compiled, compile_documents
from consumers.sharing.documents import Agreement, Document, Statute
from deploy.bench.sharing_differential import shipped

pytest.importorskip("z3", reason="the extra `proof` is not installed")
prover = pytest.importorskip("consumers.sharing.prove.prove")
release = pytest.importorskip("consumers.sharing.prove.release")


def broken(documents: tuple[Document, ...]) -> set[str]:
    """The names of the properties that are not proved."""
    return {each.name for each in prover.prove(documents) if each.outcome != prover.PROVED}


@lru_cache(1)
def documents() -> tuple[Document, ...]:
    return shipped()


def with_bar(bar_id: str, **changes: Any) -> tuple[Document, ...]:
    return tuple(
        replace(
            each,
            bars=tuple(replace(b, **changes) if b.id == bar_id else b for b in each.bars),
        )
        if isinstance(each, Statute)
        else each
        for each in documents()
    )


def with_override(**changes: Any) -> tuple[Document, ...]:
    return tuple(
        replace(each, overrides=tuple(replace(o, **changes) for o in each.overrides))
        if isinstance(each, Statute)
        else each
        for each in documents()
    )


def with_agreement(agreement_id: str, **changes: Any) -> tuple[Document, ...]:
    return tuple(
        replace(each, **changes)
        if isinstance(each, Agreement) and each.id == agreement_id
        else each
        for each in documents()
    )


def victims_abroad() -> tuple[Document, ...]:
    found = next(d for d in documents() if d.id == "HSI-MEX-2012")
    assert isinstance(found, Agreement)
    clauses = tuple(
        replace(c, roles=("subject", "victim")) if "name" in c.fields else c for c in found.clauses
    )
    return with_agreement(found.id, clauses=clauses)


EVERYBODY = (("default", "release"),)
DRAFTING: dict[str, tuple[Callable[[], tuple[Document, ...]], str]] = {
    "NOFORN forgets whom": (
        lambda: with_bar("NOFORN", outcome=EVERYBODY),
        "NOFORN never abroad",
    ),
    "REL TO to all": (
        lambda: with_bar("REL_TO", outcome=EVERYBODY),
        "REL TO only to those listed",
    ),
    "ORCON free": (lambda: with_bar("ORCON", outcome=EVERYBODY), "ORCON only by the originator"),
    "third agency not asked": (
        lambda: with_bar("THIRD_AGENCY", outcome=EVERYBODY),
        "third agency asked",
    ),
    "1367 held abroad": (
        lambda: with_bar("8USC1367", outcome=(("default", "HOLD(privacy)"),)),
        "1367 never abroad, never to industry",
    ),
    "asylum to law enforcement": (
        lambda: with_bar(
            "8CFR208.6", outcome=(("default", "DENY"), ("federal_law_enforcement", "release"))
        ),
        "asylum to nobody",
    ),
    "grand jury to investigators": (
        lambda: with_bar(
            "FRCrP6e", outcome=(("default", "DENY"), ("duty investigating", "release"))
        ),
        "grand jury to listed officers only",
    ),
    "SAR at home": (
        lambda: with_bar(
            "31USC5318g2", outcome=(("default", "DENY"), ("federal_law_enforcement", "release"))
        ),
        "SAR to nobody outside",
    ),
    "juveniles for employment": (
        lambda: with_bar(
            "18USC5038", outcome=(("default", "DENY"), ("purpose employment", "release"))
        ),
        "juveniles for criminal justice only",
    ),
    "trace data by default": (
        lambda: with_bar("TIAHRT", outcome=EVERYBODY),
        "trace data for criminal purposes only",
    ),
    "validation every ten years": (
        lambda: with_bar("28CFR23.20h", unvalidated_months=120),
        "five-year validation",
    ),
    "licence data to companies": (
        lambda: with_bar("ECRA1761h", outcome=(("default", "release"), ("foreign", "DENY"))),
        "industry never LES, ECRA, EEI, visa or proprietary",
    ),
    "danger abroad": (
        lambda: with_override(kinds=("same_agency", "federal_law_enforcement", "foreign")),
        "danger never tells abroad or industry",
    ),
    "danger in a month": (
        lambda: with_override(within=30 * 24 * next(iter(_overrides())).within / 24),
        "danger is between operations, and near",
    ),
    "danger passes NOFORN": (
        lambda: tuple(
            replace(
                each,
                bars=tuple(replace(b, yields=True) for b in each.bars),
                overrides=tuple(replace(o, kinds=(*o.kinds, "foreign")) for o in each.overrides),
            )
            if isinstance(each, Statute)
            else each
            for each in documents()
        ),
        "danger passes no standing bar",
    ),
    "the suspension is forgotten": (
        lambda: with_agreement("HSI-SKR-2010", suspensions=()),
        "nothing to a suspended party",
    ),
    "victims in a clause for abroad": (victims_abroad, "victim identity never abroad"),
    "a bar for the whole match": (
        lambda: with_bar("31USC5318g2", scope="match"),
        "one support never silences another",
    ),
}


def _overrides() -> list[Any]:
    return [o for d in documents() if isinstance(d, Statute) for o in d.overrides]


def test_every_property_of_the_shipped_documents_is_proved() -> None:
    proofs = list(prover.prove(documents()))
    assert [each for each in proofs if each.outcome != prover.PROVED] == []
    assert len(proofs) == prover.COUNT >= 26


@pytest.mark.parametrize("error", DRAFTING, ids=lambda error: error)
def test_drafting_error_breaks_its_property(error: str) -> None:
    draft, name = DRAFTING[error]
    assert name in broken(draft())


def test_broken_property_shows_a_request_in_words() -> None:
    drafted = with_bar("NOFORN", outcome=EVERYBODY)
    (proof,) = [p for p in prover.prove(drafted) if p.name == "NOFORN never abroad"]
    assert "NOFORN" in proof.example
    assert "discloses" in proof.example
    assert "0x" not in proof.example


COMPILER = {
    "an end date is dropped": (" and now < 1869177600", ""),
    "any crime type suffices": ("crimes and not crimes & ~", "crimes and crimes & "),
    "a purpose is not asked": (" and purpose & ", " or purpose & "),
    "an unbarred caveat passes": ("if caveats & ~", "if False and caveats & ~"),
    "the last day is too long": ("<= today", "< today"),
    "a comparison is turned": ("imminence < ", "imminence > "),
    "a role is not asked": (" and role & ", " or role & "),
    "onward is free by default": (
        "onward_free = onward_never = in_force = False",
        "onward_free = onward_never = in_force = True",
    ),
}


@pytest.mark.parametrize("bug", COMPILER, ids=lambda bug: bug)
def test_bug_of_the_first_compiler_is_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = COMPILER[bug]

    def planted(given: Any) -> Compiled:
        compiled = compile_documents(given)
        assert old in compiled.source
        return replace(compiled, source=compiled.source.replace(old, new))

    monkeypatch.setattr(release, "compile_documents", planted)
    assert "both keys are equal" in broken(documents())


CEDAR: dict[str, Callable[[Statement], Statement | None]] = {
    "a bar is lost": lambda each: None if each.rule == "NOFORN" else each,
    "a bar's band is not asked": lambda each: _with(each, "context.band", "context.role"),
    "holds do not stop": lambda each: (
        replace(each, actions=("ask",)) if each.effect.startswith("HOLD") else each
    ),
    "a purpose is not asked": lambda each: replace(
        each, when=tuple(t for t in each.when if "principal.purpose" not in t)
    ),
    "an unknown word passes": lambda each: None if each.rule == "UNKNOWN_WORD" else each,
}


def _with(statement: Statement, old: str, new: str) -> Statement:
    return replace(statement, when=tuple(term.replace(old, new) for term in statement.when))


@pytest.mark.parametrize("bug", CEDAR, ids=lambda bug: bug)
def test_bug_of_the_second_compiler_is_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = release.statements

    def planted(given: Any) -> tuple[Statement, ...]:
        return tuple(new for each in whole(given) if (new := CEDAR[bug](each)) is not None)

    monkeypatch.setattr(release, "statements", planted)
    assert "both keys are equal" in broken(documents())


def test_widened_clause_is_newly_released_in_words() -> None:
    found = next(d for d in documents() if d.id == "HSI-BIS-2024")
    assert isinstance(found, Agreement)
    clauses = tuple(
        replace(c, roles=(*c.roles, "witness")) if c.id == "4.3" else c for c in found.clauses
    )
    examples = prover.newly_released(documents(), with_agreement(found.id, clauses=clauses))
    assert examples
    assert all("witness" in each for each in examples)
    assert prover.newly_released(documents(), documents()) == ()
