"""The policy in force: documents read, compiled and proven by their own examples; a value.

`load_policy` is the only place of this room that reads files.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from consumers.sharing import agreement
from consumers.sharing.compiler import Compiled, compile_documents
from consumers.sharing.documents import Agreement, Document
from consumers.sharing.examples import failures
from consumers.sharing.vocabulary import CAVEATS, LEVEL_RANK
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


class Grant(NamedTuple):
    """A clause as the decision uses it."""

    rule: str
    agreement: Agreement
    text: str
    fields: frozenset[str]
    level: int
    keep_last: int
    obligations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a decision rests on besides its question.

    `version` is the digest of the documents' text, the generated source and the party register.
    `silent_caveats` are the caveats whose bar may make the owner's own standing SILENT.
    """

    version: str
    documents: tuple[Document, ...]
    compiled: Compiled
    grants: tuple[Grant, ...]
    silent_caveats: int
    register: Register = field(repr=False)
    secrets: Secrets = field(repr=False)

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
            texts[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError("AGREEMENT_FILE", f"{path.name}: {type(error).__name__}") from None
    return build_policy(texts, register, secrets)


def build_policy(texts: Mapping[str, str], register: Register, secrets: Secrets) -> Policy:
    """Build the policy of document texts, by the name that errors call them."""
    documents = parse_all(texts)
    compiled = compile_documents(documents)
    if wrong := failures(compiled):
        raise ConfigError("AGREEMENT_EXAMPLE", "; ".join(wrong))
    digest = hashlib.sha256(
        canonical_json(
            {
                "documents": sorted(hashlib.sha256(t.encode()).hexdigest() for t in texts.values()),
                "source": compiled.source,
                "register": hashlib.sha256(dump_register(register)).hexdigest(),
            }
        )
    )
    return assemble(documents, compiled, digest.hexdigest(), register, secrets)


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
        grants=tuple(
            Grant(
                agreement.rule(clause.id),
                agreement,
                clause.text,
                frozenset(clause.fields),
                LEVEL_RANK[clause.level],
                clause.keep_last,
                tuple(sorted(clause.obligations)),
            )
            for agreement, clause in compiled.clauses
        ),
        silent_caveats=CAVEATS.mask(c for bar in compiled.bars if bar.silent for c in bar.caveats),
        register=register,
        secrets=secrets,
    )


def parse_all(texts: Mapping[str, str]) -> tuple[Document, ...]:
    """Read documents, in the order of their ids; raises ConfigError where two have one id."""
    found: dict[str, Document] = {}
    for source, text in sorted(texts.items()):
        document = agreement.parse(text, source)
        if document.id in found:
            raise ConfigError("AGREEMENT_FORM", f"{source}:1:1: {document.id} stands twice")
        found[document.id] = document
    return tuple(found[key] for key in sorted(found))
