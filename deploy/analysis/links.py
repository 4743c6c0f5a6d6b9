"""Why a run links two records, or does not: for a person who knows no statistics."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from deploy.analysis.mistakes import mistake
from deploy.analysis.outcomes import KeptLink, chain, read_links, read_summary
from deploy.analysis.sentences import explained, verdict
from streams.correlate.weights import WEIGHTS


@dataclass(frozen=True, slots=True)
class LinkSection:
    """One link explained: facts by name, then a sentence for each attribute and for the sum."""

    kind: Literal["link"]
    facts: dict[str, Any]
    sentences: tuple[str, ...]


def explain_link(folder: Path, left: str, right: str) -> Iterator[LinkSection]:
    """Yield the link of two records of a run, or each link of the shortest chain between them.

    Raises StackError where the run keeps no such chain (exit 1) or was made with other weights
    than those installed (exit 2).
    """
    version = read_summary(folder)["weights"]
    if version != WEIGHTS.version:
        raise mistake(
            f"the run was made with weights {version}, installed are {WEIGHTS.version}",
            str(folder),
            "run `liaison correlate` again",
        )
    found = chain(read_links(folder), left, right)
    if not found:
        raise mistake(
            f"nothing links {left} and {right}: they compare below what a person is shown, "
            "or are not in the run",
            str(folder),
            f"entities.csv lists every record, links.csv and possible.csv in {folder} every pair",
            exit_code=1,
        )
    for link in found:
        yield _section(link, version, through=len(found) > 1)


def _section(link: KeptLink, version: str, *, through: bool) -> LinkSection:
    pieces = list(explained(link.evidence))
    facts = {
        "left": link.ends[0],
        "right": link.ends[1],
        "outcome": link.fate,
        "class": link.match_class,
        "bits": link.bits,
        "threshold": WEIGHTS.release_bits,
        "weights": version,
        "attributes": {
            f"{number} {attribute}": bits for number, (attribute, bits, _) in enumerate(pieces, 1)
        },
    }
    said = [sentence for _, _, sentence in pieces]
    if through:
        said.append("This is one step of the chain that makes the two records one entity.")
    return LinkSection("link", facts, (*said, *verdict(link.bits, link.fate)))
