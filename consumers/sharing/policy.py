"""The policy in force: documents read, compiled and proven by their own examples; a value.

`load_policy` is the only place of this room that reads files.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from consumers.sharing import agreement, floor, registered, soundness
from consumers.sharing.cedar.second import SecondKey, cedar_source
from consumers.sharing.compiler import Compiled, compile_documents
from consumers.sharing.documents import Agreement, Document, Statute
from consumers.sharing.examples import failures
from consumers.sharing.grants import Grant, of_clause, of_override, together
from consumers.sharing.letters import decode
from consumers.sharing.outcome import Clock
from consumers.sharing.request import Request
from consumers.sharing.vocabulary import CAVEATS, HOME
from schemas.digest import canonical_json
from schemas.errors import ConfigError
from schemas.party import Register, dump_register

AGREEMENTS: Final = Path(__file__).parent / "agreements"
"""The documents that come with Liaison: invented wording for a synthetic world."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys that decisions need; `recipient` keys every id that leaves, `blocking` the evidence."""

    recipient: bytes = field(repr=False)
    blocking: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a decision rests on besides its question.

    `version` is the digest of the documents' text, the generated source and the party register.
    `texts` are the documents as written, by id, where the policy was read from them.
    `silent_caveats` are the caveats whose bar may make the owner's own standing SILENT;
    `home_agencies` those whose information is not a foreign party's; `match_bars`: some bar reaches
    a whole match; `validity_months`: how long a validation lasts at most, 0 where no bar says.
    """

    version: str
    documents: tuple[Document, ...]
    compiled: Compiled
    grants: tuple[Grant, ...]
    overrides: tuple[Grant, ...]
    clocks: tuple[Clock, ...]
    silent_caveats: int
    validity_months: int
    match_bars: bool
    home_agencies: frozenset[str]
    register: Register = field(repr=False)
    secrets: Secrets = field(repr=False)
    second: SecondKey = field(repr=False, compare=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    _given: dict[tuple[int, ...], Mapping[str, Grant]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def given(self, request: Request) -> Mapping[str, Grant]:
        """Return for each field the clause that gives most of it, of two equal ones the first.

        An absent field is withheld. What clauses give together is remembered, no decision.
        """
        numbers = tuple(self.compiled.grants(request)[0])
        if (found := self._given.get(numbers)) is None:
            found = self._given[numbers] = together([self.grants[n] for n in numbers])
        return found

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """The agreements, without the document of bars."""
        return tuple(d for d in self.documents if isinstance(d, Agreement))


def load_policy(documents: Iterable[Path], register: Register, secrets: Secrets) -> Policy:
    """Read, check and compile documents.

    Raises:
        ConfigError: a document breaks the form (with line and column), two documents have one id,
            an example does not come out as its clause says, or a file cannot be read.
    """
    texts = {}
    for path in documents:
        try:
            texts[path.name] = decode(path.read_bytes(), path.name)
        except OSError as error:
            raise ConfigError("AGREEMENT_FILE", f"{path.name}: {type(error).__name__}") from None
    return build_policy(texts, register, secrets)


def build_policy(texts: Mapping[str, str], register: Register, secrets: Secrets) -> Policy:
    """Build the policy of document texts, by the name that errors call them."""
    documents = parse_all(texts)
    wrong = unsound(documents, register)
    if not any(isinstance(document, Statute) for document in documents):
        wrong = (*wrong, "no document of bars: nothing would stand above the agreements")
    if wrong:
        raise ConfigError("AGREEMENT_UNSOUND", "; ".join(wrong))
    compiled = compile_documents(documents)
    if wrong := failures(compiled):
        raise ConfigError("AGREEMENT_EXAMPLE", "; ".join(wrong))
    version = _version(texts, compiled, documents, register)
    policy = assemble(documents, compiled, version, register, secrets)
    by_id = {each.id: texts[each.at.rsplit(":", 2)[0]] for each in documents}
    return replace(policy, texts=MappingProxyType(by_id))


def assemble(
    documents: tuple[Document, ...],
    compiled: Compiled,
    version: str,
    register: Register,
    secrets: Secrets,
) -> Policy:
    """Return the policy of documents that were compiled; every policy is made here."""
    return Policy(
        version=version,
        documents=documents,
        compiled=compiled,
        grants=tuple(of_clause(*each) for each in compiled.clauses),
        overrides=tuple(of_override(*each) for each in compiled.overrides),
        clocks=tuple(
            Clock(a.rule(f"must_share/{each.match_class}"), each.within)
            for a, each in compiled.clocks
        ),
        silent_caveats=CAVEATS.mask(c for bar in compiled.bars if bar.silent for c in bar.caveats),
        validity_months=min(filter(None, (b.unvalidated_months for b in compiled.bars)), default=0),
        match_bars=any(bar.scope == "match" for bar in compiled.bars),
        home_agencies=frozenset(
            code
            for code, agency in register.agencies.items()
            if agency.agency_class != "foreign" and agency.country == HOME
        ),
        register=register,
        secrets=secrets,
        second=SecondKey(documents, register, secrets.blocking),
    )


def _version(
    texts: Mapping[str, str], compiled: Compiled, documents: Iterable[Document], register: Register
) -> str:
    """Return the digest of everything by which both keys decide."""
    said = {
        "documents": sorted(hashlib.sha256(text.encode()).hexdigest() for text in texts.values()),
        "source": compiled.source,
        "cedar": hashlib.sha256(cedar_source(documents).encode()).hexdigest(),
        "register": hashlib.sha256(dump_register(register)).hexdigest(),
    }
    return hashlib.sha256(canonical_json(said)).hexdigest()


def unsound(documents: Iterable[Document], register: Register | None) -> tuple[str, ...]:
    """Return what is wrong with well-formed documents; without a register, only by themselves."""
    found: list[str] = []
    for document in documents:
        if isinstance(document, Statute):
            found += floor.faults(document)
        else:
            found += soundness.faults(document)
        if register is not None:
            found += registered.faults(document, register)
    return tuple(dict.fromkeys(found))


def parse_all(texts: Mapping[str, str]) -> tuple[Document, ...]:
    """Read documents, in the order of their ids; raises ConfigError where two have one id."""
    found: dict[str, Document] = {}
    for source, text in sorted(texts.items()):
        document = agreement.parse(text, source)
        if document.id in found:
            raise ConfigError("AGREEMENT_FORM", f"{source}:1:1: {document.id} stands twice")
        found[document.id] = document
    return tuple(found[key] for key in sorted(found))
