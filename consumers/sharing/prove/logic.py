"""The solver's connectives without its wrapper's checks, which cost more than the solving."""

from collections.abc import Iterable
from typing import Any, Final

import z3
from z3 import z3core

TRUE: Final = z3.BoolVal(True)  # noqa: FBT003 - a solver's constant
FALSE: Final = z3.BoolVal(False)  # noqa: FBT003 - a solver's constant
_CONTEXT: Final = z3.main_ctx()


def all_of(*terms: Any) -> Any:
    """Join formulas by "and"; none: true."""
    return _joined(z3core.Z3_mk_and, [each for each in terms if each is not TRUE], TRUE)


def any_of(terms: Iterable[Any]) -> Any:
    """Join formulas by "or"; none: false."""
    return _joined(z3core.Z3_mk_or, [each for each in terms if each is not FALSE], FALSE)


def no(term: Any) -> Any:
    """Negate a formula."""
    if term is TRUE or term is FALSE:
        return FALSE if term is TRUE else TRUE
    return z3.BoolRef(z3core.Z3_mk_not(_CONTEXT.ref(), term.as_ast()), _CONTEXT)


def _joined(make: Any, terms: list[Any], neutral: Any) -> Any:
    if not terms:
        return neutral
    if len(terms) == 1:
        return terms[0]
    arguments = (z3.Ast * len(terms))(*[each.as_ast() for each in terms])
    return z3.BoolRef(make(_CONTEXT.ref(), len(terms), arguments), _CONTEXT)
