"""Names: written in any script and order in, comparable words out; two names compared and scored.

Texts come in through `wire_forms` (or `words`, for places); `name_of` reads what travelled;
`compare_names` gives the evidence of a pair, `score` one number for an analyst's question. Pure,
bounded, and never raising on any text.
"""

from .comparison import CLOSE, CONFLICT, EXACT, PARTIAL, Compared, compare_names
from .model import Name, Token, bones, name_of, wire_forms
from .nearness import nearness
from .scale import MATCH_SCORE, explain, score
from .words import PLACE_WORDS, fold, words

__all__ = [
    "CLOSE",
    "CONFLICT",
    "EXACT",
    "MATCH_SCORE",
    "PARTIAL",
    "PLACE_WORDS",
    "Compared",
    "Name",
    "Token",
    "bones",
    "compare_names",
    "explain",
    "fold",
    "name_of",
    "nearness",
    "score",
    "wire_forms",
    "words",
]
