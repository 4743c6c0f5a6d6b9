"""Two names laid side by side: which word answers which, and what each keeps for itself."""

from typing import Final, NamedTuple

from .model import Name, Token
from .nearness import nearness

_JOINED_SHARE: Final = 0.95
_MOST_JOINED: Final = 4


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

    Equal words first, then the nearest, then words written in one or split elsewhere.
    """
    if right.tokens < left.tokens:
        # INVARIANT: the lesser name goes first, so that no tie depends on who asks.
        mirrored = align(right, left)
        pairs = [Pair(each.share, each.right, each.left, each.reason) for each in mirrored.pairs]
        return Alignment(pairs, mirrored.right, mirrored.left)
    common = left.key & right.key
    pairs = [Pair(1.0, (each,), (each,), "equal") for each in left.tokens if each.id in common]
    ones = [each for each in left.tokens if each.id not in common]
    others = [each for each in right.tokens if each.id not in common]
    if ones and others:
        kind = left.kind
        if len(ones) > 1 or len(others) > 1:
            _join(ones, others, kind, pairs)
        _match(ones, others, kind, pairs)
        if ones and others and len(ones) + len(others) > 2:
            _join(ones, others, kind, pairs)
        if ones and others and kind == "O":
            _acronym(ones, others, pairs)
    return Alignment(pairs, ones, others)


def _match(ones: list[Token], others: list[Token], kind: str, pairs: list[Pair]) -> None:
    found = []
    for one in ones:
        for other in others:
            near = nearness(one.id, other.id, kind)
            if near.share:
                found.append((-near.share * min(one.bits, other.bits), one, other, near))
    if len(found) > 1:
        # INVARIANT: ties are broken without knowing left from right, so comparing is symmetric.
        found.sort(key=lambda item: (item[0], *sorted((item[1].id, item[2].id))))
    for _, one, other, near in found:
        if one in ones and other in others:
            ones.remove(one)
            others.remove(other)
            pairs.append(Pair(near.share, (one,), (other,), near.reason))


def _join(ones: list[Token], others: list[Token], kind: str, pairs: list[Pair]) -> None:
    """Pair one word with neighbouring words that spell it, in both directions."""
    for whole, parts, flipped in ((ones, others, False), (others, ones, True)):
        if len(parts) < 2:
            continue
        for word in list(whole):
            if len(word.text) < 5 or len(parts) < 2:
                continue
            found = _spelt_by(word, parts, kind)
            if found is None:
                continue
            share, used = found
            whole.remove(word)
            for each in used:
                parts.remove(each)
            single, several = (word,), tuple(used)
            pairs.append(
                Pair(share, several, single, "joined")
                if flipped
                else Pair(share, single, several, "joined")
            )


def _spelt_by(word: Token, parts: list[Token], kind: str) -> tuple[float, list[Token]] | None:
    best: tuple[float, list[Token]] | None = None
    for start in range(len(parts)):
        text, mark = "", ""
        for end in range(start, min(len(parts), start + _MOST_JOINED)):
            text += parts[end].text
            mark = mark or parts[end].mark
            if len(text) > len(word.text) + 3 or parts[end].sort == "number":
                break
            if end == start:
                continue
            share = _JOINED_SHARE
            if text != word.text or mark != word.mark:
                if len(text) < len(word.text) - 2 and mark == word.mark == "":
                    continue
                share = nearness(text + mark, word.id, kind).share * _JOINED_SHARE
            if share > max(0.55, best[0] if best else 0.0):
                best = share, parts[start : end + 1]
    return best


def _acronym(ones: list[Token], others: list[Token], pairs: list[Pair]) -> None:
    """Pair a short word with the words whose first letters spell it."""
    for whole, parts, flipped in ((ones, others, False), (others, ones, True)):
        for word in list(whole):
            if not 2 < len(word.text) == len(parts) < 9:
                continue
            if word.text == "".join([each.text[0] for each in parts]):
                single, several = (word,), tuple(parts)
                whole.remove(word)
                parts.clear()
                pairs.append(
                    Pair(0.7, several, single, "acronym")
                    if flipped
                    else Pair(0.7, single, several, "acronym")
                )
