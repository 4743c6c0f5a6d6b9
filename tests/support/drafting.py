"""Seeded drafting errors: each put into its document, and what catches it first.

`tests/drafting/errors.yaml` was written by somebody who had not seen the checks. An error goes
through them from the cheapest to the dearest; the first that speaks has caught it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import yaml

from consumers.sharing import agreement, floor, registered, soundness
from consumers.sharing.compiler import compile_documents
from consumers.sharing.difference import difference
from consumers.sharing.documents import Document, Statute
from consumers.sharing.examples import failures
from consumers.sharing.policy import AGREEMENTS
from consumers.sharing.prove.prove import BROKEN, prove
from schemas.errors import ConfigError
from schemas.party import Register

ERRORS: Final = Path(__file__).parents[1] / "drafting" / "errors.yaml"
CHECKS: Final = (
    "form",
    "soundness",
    "register",
    "example",
    "proof",
    "decisions",
    "text",
    "nothing",
)
"""From the cheapest to the dearest. `decisions`: the comparison with the version in force shows
decisions or examples that change; `text`: it shows changed words only, the weakest catch."""
_BESIDE: Final = ("hsi-bis-2024.yaml", "hsi-gbr-2013.yaml", "hsi-industry-2001.yaml")
"""Agreements beside which changed bars are proved: at home, abroad, with a company."""

_ASKED: Final = 4_000
"""How many requests two versions are compared on."""


class Seeded(NamedTuple):
    """One error: `old` stands once in the document, `new` is what the drafter wrote instead."""

    id: str
    kind: str
    document: str
    old: str
    new: str
    why: str


class Caught(NamedTuple):
    """An error, the check that caught it first, and what that said."""

    error: Seeded
    check: str
    said: str


def seeded() -> tuple[Seeded, ...]:
    """Return every error of the file, in its order."""
    entries = yaml.safe_load(ERRORS.read_text(encoding="utf-8"))
    return tuple(
        Seeded(
            each["id"],
            each["kind"],
            each["document"],
            each["replace"].removesuffix("\n"),
            each["with"].removesuffix("\n"),
            each["why"],
        )
        for each in entries
    )


class Drill:
    """The shipped documents, parsed once, and the checks that a changed one goes through."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self.texts = {path.name: path.read_text() for path in sorted(AGREEMENTS.glob("*.yaml"))}
        self._shipped = {name: agreement.parse(text, name) for name, text in self.texts.items()}

    def catch(self, error: Seeded) -> Caught:
        """Put an error into its document and return what catches it first."""
        text = self.texts[error.document]
        if text.count(error.old) != 1:
            raise ValueError(f"{error.id}: its text stands {text.count(error.old)} times")
        found = self.first(error.document, text.replace(error.old, error.new))
        return Caught(error, *(found or ("nothing", "")))

    def first(self, name: str, text: str) -> tuple[str, str] | None:
        """Return the first check that speaks against a document's text, and what it says."""
        try:
            changed = agreement.parse(text, name)
        except ConfigError as refused:
            return "form", refused.detail
        beside = {each.id for key, each in self._shipped.items() if key != name}
        if changed.id in beside:
            return "form", f"{changed.id} is the id of two documents"
        return next(self._said(name, changed), None)

    def _said(self, name: str, changed: Document) -> Iterator[tuple[str, str]]:
        """Yield what each check says, from the cheapest to the dearest."""
        if isinstance(changed, Statute):
            yield from (("soundness", each) for each in floor.faults(changed))
        else:
            yield from (("soundness", each) for each in soundness.faults(changed))
        yield from (("register", each) for each in registered.faults(changed, self._register))
        yield from (("example", each) for each in failures(compile_documents([changed])))
        yield from (("proof", each) for each in self.broken(name, changed))
        found = difference(self._shipped[name], changed, count=_ASKED)
        yield from (("decisions", f"{s.what}: {s.old} -> {s.new}") for s in found.shifts)
        yield from (("decisions", each) for each in found.examples)
        yield from (("text", each) for each in found.text if not each.startswith("version: "))

    def broken(self, name: str, document: Document) -> Iterator[str]:
        """Yield the properties that fail beside the few documents needed to ask them."""
        others = _BESIDE if isinstance(document, Statute) else ("statutory.yaml",)
        few = [document, *(self._shipped[each] for each in others if each != name)]
        try:
            yield from (f"{p.name}: {p.example}" for p in prove(few) if p.outcome == BROKEN)
        except ConfigError as refused:
            yield refused.detail


def table(caught: Iterable[Caught]) -> Iterator[str]:
    """Yield how many errors of each kind each check caught first, as lines of a table."""
    counts = Counter((each.error.kind, each.check) for each in caught)
    kinds = sorted({kind for kind, _ in counts})
    wide = max(map(len, kinds))
    yield " ".join([" " * wide, *(f"{check:>9}" for check in CHECKS)])
    for kind in kinds:
        yield " ".join([f"{kind:{wide}}", *(f"{counts[kind, check]:9}" for check in CHECKS)])
    sums = [sum(counts[kind, check] for kind in kinds) for check in CHECKS]
    yield " ".join([f"{'all':{wide}}", *(f"{each:9}" for each in sums)])
