"""What is asked of documents: are they well formed, what do they say, do their examples hold.

The values behind `liaison agreement check|show|test`.
"""

from collections.abc import Iterator, Mapping, Sequence

from consumers.sharing import agreement
from consumers.sharing.compiler import Compiled, compile_documents
from consumers.sharing.documents import Agreement, Bar, Clause, Document, Statute
from consumers.sharing.examples import Outcome, failures, run
from consumers.sharing.explain import when
from consumers.sharing.policy import parse_all, unsound
from consumers.sharing.vocabulary import KINDS, MATCH_CLASS_WORDS, OFFICE_CLASSES, OPEN_ROLES
from schemas.errors import ConfigError
from schemas.party import Register


def check(texts: Mapping[str, str], register: Register | None = None) -> tuple[str, ...]:
    """Return what is wrong with documents, by the name of each: empty where all is well.

    Of each document the first break of the form, with line and column; where all are well formed,
    two documents of one id, then what is unsound (against the register where there is one), then
    the examples that do not come out as their clause says.
    """
    problems = []
    for source, text in sorted(texts.items()):
        try:
            agreement.parse(text, source)
        except ConfigError as error:
            problems.append(error.detail)
    if problems:
        return tuple(problems)
    try:
        documents = parse_all(texts)
        return unsound(documents, register) or failures(compile_documents(documents))
    except ConfigError as error:
        return (error.detail,)


def run_examples(texts: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Run every example of well-formed documents; raises ConfigError where one is not."""
    return tuple(run(compile_documents(parse_all(texts))))


def show(documents: Sequence[Document], compiled: Compiled, document_id: str) -> tuple[str, ...]:
    """Return a document in plain sentences, then the lines of the function that state it.

    Raises ConfigError where no document has the id.
    """
    found = next((each for each in documents if each.id == document_id), None)
    if found is None:
        known = ", ".join(each.id for each in documents)
        raise ConfigError("AGREEMENT_UNKNOWN", f"no document {document_id}; there are {known}")
    said = _agreement(found) if isinstance(found, Agreement) else _statute(found)
    return (*said, "", "Compiled:", *source_of(found, compiled))


def source_of(document: Document, compiled: Compiled) -> Iterator[str]:
    """Return the numbered lines of the generated function that state a document's rules."""
    if isinstance(document, Agreement):
        rules = {document.id} | {document.rule(clause.id) for clause in document.clauses}
        rules.add(document.rule("third_agency"))
    else:
        rules = {bar.id for bar in document.bars}
    for number, line in enumerate(compiled.source.splitlines(), 1):
        if compiled.lines.get(number) in rules:
            yield f"{number:4} {line}"


def _agreement(document: Agreement) -> Iterator[str]:
    yield f"{document.id} version {document.version}: {document.title}"
    yield f"Basis: {document.basis}."
    until = f"until {document.end}" if document.end else "without an end"
    yield f"In force from {document.start} {until}."
    for each in document.suspensions:
        yield f"Suspended since {when(each.start)}, by {each.order}."
        if each.end is not None:
            yield f"Resumed {when(each.end)}, by {each.resumed_by}; meanwhile found is reviewed."
    yield f"Directions: {', '.join(f'{owner} to {to}' for owner, to in document.directions)}."
    yield f"Crime types: {', '.join(document.crime_types)}."
    yield f"Purposes: {', '.join(document.purposes)}."
    yield f"Kept {document.retention_days} days. Onward: {document.onward}."
    yield f"Third agencies: {document.third_agency}."
    for clock in document.must_share:
        yield f"Must be shared: {clock.match_class} within {clock.within} ({clock.basis})."
    for clause in document.clauses:
        yield f"{clause.id}. {clause.text}"
        yield f"    {clause.level}: {', '.join(clause.fields)}{''.join(_narrowing(clause))}"


def _narrowing(clause: Clause) -> Iterator[str]:
    for said, everything, words in (
        ("of", KINDS.words, clause.entities),
        ("as", OPEN_ROLES, clause.roles),
        ("to", OFFICE_CLASSES.words, clause.office_classes),
        ("in matches", MATCH_CLASS_WORDS.words, clause.match_classes),
        ("under", (), clause.obligations),
    ):
        if words != everything:
            yield f"; {said} {', '.join(words)}"


def _statute(document: Statute) -> Iterator[str]:
    yield f"{document.id} version {document.version}: {document.title}"
    for bar in document.bars:
        yield f"{bar.id}. {bar.text} ({bar.basis})"
        yield f"    {', '.join(_outcome(bar))}; on one field it reaches the {bar.scope}"


def _outcome(bar: Bar) -> Iterator[str]:
    yield from (f"{kind}: {effect}" for kind, effect in bar.outcome)
    if bar.silent:
        yield "owner: SILENT"
