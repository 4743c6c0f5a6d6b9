"""Check digits of states and trades, as python-stdnum knows them."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.util import get_cc_module

from schemas.identifiers.scheme import compact


def checked(validate: Callable[[str], str], value: str) -> str | None:
    """Return the compact value that a validator of stdnum accepts, None for one it refuses."""
    number = compact(value)
    if not (number.isascii() and number.isalnum()):
        return None
    try:
        return compact(validate(number))
    except ValidationError:
        return None


def may_be(number: str, modules: Iterable[ModuleType]) -> bool:
    """Return whether a number can be one of the families that the modules of stdnum check.

    False when it has the shape of a family, but not its check digit or its parts, and is none of
    the others. A number of no family's shape may be one that stdnum does not know.
    """
    wrong = False
    for module in modules:
        try:
            module.validate(number)
        except (InvalidChecksum, InvalidComponent):
            wrong = True
        except ValidationError:
            continue
        else:
            return True
    return not wrong


@lru_cache(256)
def modules_of(names: str) -> tuple[ModuleType, ...]:
    """Return modules of stdnum by their names, space-separated, as in `fr.siren fr.siret`."""
    return tuple(import_module(f"stdnum.{name}") for name in names.split())


@lru_cache(256)
def vat_check(alpha_2: str) -> Callable[[str], str] | None:
    """Return stdnum's validator of a country's value added tax number, None if it has none."""
    module = get_cc_module(alpha_2.lower(), "vat")
    return None if module is None else module.validate
