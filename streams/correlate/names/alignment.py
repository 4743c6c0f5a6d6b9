"""Two names laid side by side: which word answers which, and what each keeps for itself."""

from typing import Final, NamedTuple

from .model import Name, Token
from .nearness import INITIAL_SHARE, LEAST_SHARE, nearness

_JOINED_SHARE: Final = 0.95
_LEAST_JOINED: Final = 0.55
_SURELY_JOINED: Final = 0.85
_MOST_JOINED: Final = 4
_LEAST_JOINED_LETTERS: Final = 5


class Pair(NamedTuple):
    """Words that answer each other; several where one name writes them in one."""

    share: float
    left: tuple[Token, ...]
    right: tuple[Token, ...]
    reason: str


class Alignment(NamedTuple):
    """What two names share and what is left of each."""

    pairs: list[Pair]
    left: list[Token]
    right: list[Token]


def align(left: Name, right: Name) -> Alignment:
    """Lay two names side by side, whatever the order of their words. Symmetric.

    Equal words first, then words surely written in one or split elsewhere, then the nearest.
    """
    if right.tokens < left.tokens:
        # INVARIANT: the lesser name goes first, so that no tie depends on who asks.
        mirrored = align(right, left)
        pairs = [Pair(each.share, each.right, each.left, each.reason) for each in mirrored.pairs]
        return Alignment(pairs, mirrored.right, mirrored.left)
    pairs: list[Pair] = []
    ones: list[Token] = []
    others = list(right.tokens)
    for each in left.tokens:
        if each in others:
            others.remove(each)
            pairs.append(Pair(1.0, (each,), (each,), "equal"))
        else:
            ones.append(each)
    if ones and others:
        if len(ones) + len(others) > 2:
            _join(ones, others, left.kind, pairs, _SURELY_JOINED)
        _match(ones, others, left.kind, pairs)
        if ones and others and (pairs or len(ones) == 1 or len(others) == 1):
            _join(ones, others, left.kind, pairs, _LEAST_JOINED)
            if ones and others and left.kind != "V":
                _acronym(ones, others, left.kind, pairs)
    return Alignment(pairs, ones, others)


def _match(ones: list[Token], others: list[Token], kind: str, pairs: list[Pair]) -> None:
    found = []
    for one in ones:
        for other in others:
            near = nearness(one.id, other.id, kind)
            if near.share >= LEAST_SHARE:
                found.append((-near.share * min(one.bits, other.bits), one, other, near))
    if len(found) > 1:
        # INVARIANT: ties are broken without knowing left from right, so comparing is symmetric.
        found.sort(key=lambda item: (item[0], *sorted((item[1].id, item[2].id))))
    for _, one, other, near in found:
        if one in ones and other in others:
            ones.remove(one)
            others.remove(other)
            pairs.append(Pair(near.share, (one,), (other,), near.reason))


def _join(
    ones: list[Token], others: list[Token], kind: str, pairs: list[Pair], least: float
) -> None:
    """Pair one word with neighbouring words that spell it, in both directions."""
    for whole, parts, flipped in ((ones, others, False), (others, ones, True)):
        if len(parts) < 2:
            continue
        fronts = [each.front for each in parts[:-1]]
        for word in list(whole):
            if word.front not in fronts or len(word.text) < _LEAST_JOINED_LETTERS:
                continue
            found = _spelt_by(word, parts, kind)
            if found is None or found[0] < least:
                continue
            share, used = found
            whole.remove(word)
            for each in used:
                parts.remove(each)
            pairs.append(_pair(share, word, used, "joined", flipped=flipped))
            if len(parts) < 2:
                break
            fronts = [each.front for each in parts[:-1]]


def _spelt_by(word: Token, parts: list[Token], kind: str) -> tuple[float, list[Token]] | None:
    """The neighbouring words that written in one are nearest to a word, and how near."""
    best: tuple[float, list[Token]] | None = None
    for start in range(len(parts) - 1):
        first = parts[start]
        if first.front != word.front:
            continue
        text = first.text
        for end in range(start + 1, min(len(parts), start + _MOST_JOINED)):
            text += parts[end].text
            if len(text) > len(word.text) + 3 or parts[end].sort == "number":
                break
            if text == word.text:
                share = _JOINED_SHARE
            else:
                share = nearness(text + first.mark, word.id, kind).share * _JOINED_SHARE
            if best is None or share > best[0]:
                best = share, parts[start : end + 1]
    return best


def _acronym(ones: list[Token], others: list[Token], kind: str, pairs: list[Pair]) -> None:
    """Pair a short word with the words whose first letters spell it, a person's only in part."""
    share, least = (0.7, 3) if kind == "O" else (INITIAL_SHARE, 2)
    for whole, parts, flipped in ((ones, others, False), (others, ones, True)):
        for word in list(whole):
            if not least <= len(word.text) == len(parts) < 9:
                continue
            if word.text == "".join([each.text[0] for each in parts]):
                pairs.append(_pair(share, word, list(parts), "acronym", flipped=flipped))
                whole.remove(word)
                parts.clear()


def _pair(share: float, word: Token, parts: list[Token], reason: str, *, flipped: bool) -> Pair:
    single, several = (word,), tuple(parts)
    return Pair(share, several, single, reason) if flipped else Pair(share, single, several, reason)
