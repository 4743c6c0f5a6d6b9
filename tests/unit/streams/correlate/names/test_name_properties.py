"""What holds of every name, whoever wrote it."""

import re
from time import thread_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.correlate.names import (
    CLOSE,
    CONFLICT,
    EXACT,
    PARTIAL,
    Name,
    bones,
    compare_names,
    explain,
    name_of,
    score,
    wire_forms,
    words,
)
from streams.correlate.names.comparison import TOP_CLASS
from streams.correlate.names.words import MAX_TOKENS

WORDS = [
    *("abd", "al", "rahman", "abdulrahman", "mohamed", "muhammad", "omar", "umar", "jon", "john"),
    *("smith", "smyth", "a", "j", "van", "der", "berg", "bill", "william", "ivanov", "ivanova"),
    *("petrovich", "mullah", "ltd", "trading", "sea", "star", "1", "2", "ii", "Ltd.", "O'Neill"),
    *("Барак", "习近平", "김정은", "محمد", "ジョン", "Nguyễn"),
]
kinds = st.sampled_from(["person", "organization", "vessel", "aircraft"])
texts = st.text(max_size=60)
written = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
either = st.one_of(texts, written)


def named(kind: str, text: str) -> tuple[Name, ...]:
    return tuple(name_of(wire) for wire in wire_forms(kind, text, "", "", ""))


@given(texts)
def test_words_are_plain_and_few_whatever_the_script(text: str) -> None:
    found = words(text)
    assert len(found) <= MAX_TOKENS
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in found)


@given(kinds, either, either, either, either)
def test_wire_forms_are_few_compact_and_read_back(
    kind: str, full: str, given_name: str, middle: str, family: str
) -> None:
    forms = wire_forms(kind, full, given_name, middle, family)
    assert len(forms) <= 3
    for form in forms:
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", form)
        name = name_of(form)
        assert name.tokens
        assert name.bits == sum(token.bits for token in name.tokens)
        assert all(token.text and token.bone and token.bits >= 0 for token in name.tokens)
        assert len(name.tokens) == len(name.roles)


@example("organization", "Y", "0A:I")  # a legal form near to a word
@given(kinds, either, either)
def test_comparing_and_scoring_are_symmetric_and_bounded(kind: str, one: str, other: str) -> None:
    for left in named(kind, one):
        for right in named(kind, other):
            level, frequency_class = compare_names(left, right)
            assert (level, frequency_class) == compare_names(right, left)
            assert level in {EXACT, CLOSE, PARTIAL, CONFLICT}
            assert 0 <= frequency_class <= TOP_CLASS
    assert 0.0 <= score(kind, one, other) == score(kind, other, one) <= 1.0
    assert all(explain(kind, one, other))


@given(written, st.randoms(use_true_random=False))
def test_order_of_words_is_irrelevant(text: str, random: object) -> None:
    shuffled = text.split()
    getattr(random, "shuffle")(shuffled)  # noqa: B009 - Hypothesis types its Random as object
    forward, backward = named("person", text)[0], named("person", " ".join(shuffled))[0]
    if "abd" not in shuffled:
        assert compare_names(forward, backward)[0] == EXACT


@given(either)
def test_a_name_agrees_with_itself_and_nothing_is_worth_more(text: str) -> None:
    for name in named("person", text):
        assert compare_names(name, name) == (EXACT, min(TOP_CLASS, name.bits // 2))
        found = bones(name)
        assert len({bone for bone, _ in found}) == len(found)
        assert [bits for _, bits in found] == sorted((bits for _, bits in found), reverse=True)


HOSTILE = [
    "a" * 1_000_000,
    "م" * 1_000_000,
    "习" * 1_000_000,
    " ".join(f"part{number}" for number in range(600)),
    " ".join("abdul" + "rsnlm"[number % 5] * 3 + "an" for number in range(600)),
    "\x00\x1f\x1e" * 1_000,
    "e\u0301" * 100_000,
    "\ufdfa" * 1_000,
    "\ud800" * 50,
    "",
    "' - . ,",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_cost_little_and_never_raise(hostile: str) -> None:
    for kind in ("person", "organization", "vessel"):
        wire_forms(kind, hostile, hostile, hostile, hostile)
        best = 1.0
        for other in (hostile[::-1], "abc def ghi jkl mno pqr stu vwx yza bcd", "Ali"):
            started = thread_time()
            score(kind, hostile, other)
            best = min(best, thread_time() - started)
        assert best < 0.02
