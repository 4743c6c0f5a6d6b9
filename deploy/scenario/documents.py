"""The documents a scenario runs under, as texts by file name, and what acts make of them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from consumers.sharing import form
from consumers.sharing.agreement import parse
from consumers.sharing.documents import Agreement
from consumers.sharing.form import Spot
from consumers.sharing.policy import AGREEMENTS
from schemas.errors import ConfigError

Texts = dict[str, str]

_ID: Final = re.compile(r"^agreement: *([A-Z0-9-]+)", re.MULTILINE)


def shipped() -> Texts:
    """Return the documents that ship with Liaison."""
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(AGREEMENTS.glob("*.yaml"))}


def documents(spot: Spot | None, folder: Path) -> Texts:
    """Return the documents in force at the start: `agreements:` says which, and what differs.

    Keys: `use` (ids; without it all that ship), `files` (documents beside the scenario, which
    replace those of the same id), `change` (for each id: keys of the document that are replaced).
    """
    texts = shipped()
    if spot is None:
        return texts
    said = form.mapping(
        spot,
        {},
        {
            "use": form.listing(form.text),
            "files": form.listing(lambda each: each),
            "change": lambda each: each,
        },
    )
    for each in said.get("files", ()):
        add(texts, _read(each, folder), form.text(each))
    ids = by_id(texts)
    if "use" in said:
        for name in said["use"]:
            if name not in ids:
                raise spot.refuse(f"no document {name!r}; there are {', '.join(sorted(ids))}")
        texts = {
            key: text for name, key in ids.items() for text in (texts[key],) if name in said["use"]
        }
    for name, changes in form.keys(said["change"]).items() if "change" in said else ():
        change(texts, changes, name)
    return texts


def by_id(texts: Mapping[str, str]) -> dict[str, str]:
    """Return file names by the ids of the documents."""
    return {_id_of(text): key for key, text in texts.items()}


def add(texts: Texts, text: str, name: str) -> None:
    """Put a document in force; one of the same id goes."""
    known = by_id(texts).get(parse(text, name).id)
    if known is not None:
        del texts[known]
    texts[name] = text


def change(texts: Texts, spot: Spot, document: str) -> None:
    """Replace keys of a document by a mapping's; `clauses` and `bars` are replaced by their id."""
    key = _known(texts, spot, document)
    whole = yaml.safe_load(texts[key])
    for name, value in form.keys(spot).items():
        new = _plain(value)
        whole[name] = _merged(whole.get(name), new) if name in {"clauses", "bars"} else new
    for clause in whole.get("clauses", ()):
        # They are the lawyers' questions to the text as it was.
        clause.pop("examples", None)
    _put(texts, key, whole, spot)


def agreement_of(texts: Mapping[str, str], spot: Spot, document: str) -> Agreement:
    """Return an agreement in force by its id."""
    key = _known(texts, spot, document)
    found = parse(texts[key], key)
    if not isinstance(found, Agreement):
        raise spot.refuse(f"{document} is no agreement")
    return found


def _put(texts: Texts, key: str, whole: Any, spot: Spot) -> None:
    text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=1_000)
    try:
        parse(text, key)
    except ConfigError as error:
        raise spot.refuse(f"the document does not stand: {error.detail}") from None
    texts[key] = text


def _known(texts: Mapping[str, str], spot: Spot, document: str) -> str:
    ids = by_id(texts)
    if document not in ids:
        raise spot.refuse(f"no document {document!r} in force; there are {', '.join(sorted(ids))}")
    return ids[document]


def _id_of(text: str) -> str:
    found = _ID.search(text)
    return found[1] if found is not None else ""


def _merged(old: Any, new: Any) -> Any:
    """Replace items of a list by those of the same id, and add the others."""
    ids = {each["id"] for each in new}
    return [each for each in old or () if each["id"] not in ids] + list(new)


def _plain(spot: Spot) -> Any:
    return yaml.safe_load(yaml.serialize(spot.node))


def _read(spot: Spot, folder: Path) -> str:
    path = folder / form.text(spot)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise spot.refuse(f"{path.name}: {type(error).__name__}") from None
