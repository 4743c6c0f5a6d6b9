"""Names of many languages, scripts and customs, by examples."""

import pytest

from streams.correlate.names import (
    CLOSE,
    CONFLICT,
    EXACT,
    MATCH_SCORE,
    PARTIAL,
    Compared,
    bones,
    compare_names,
    explain,
    name_of,
    score,
    wire_forms,
)

SAME_PERSON = [
    ("Smith, John A.", "John Adam Smith"),
    ("Bill Clayton", "William Clayton"),
    ("Aleksandr Volkov", "Sasha Volkov"),
    ("Dr. Hans Müller", "Hans Mueller"),
    ("Pieter van den Berg", "Pieter Berg"),
    ("Sean O'Brien", "Sean OBrien"),
    ("Maria Kozlova", "Maria Kozlov"),
    ("Ivan Petrovich Sokolov", "Ivan Sokolov"),
    ("Abd al-Rahman Haddad", "Abdulrahman Haddad"),
    ("Abdel Karim Nasser", "Abdul-Kareem Nasir"),
    ("Khalid bin Walid al-Harbi", "Khaled Walid Al Harbi"),
    ("Nikolai Tschernyschow", "Nikolay Chernyshov"),
    ("Николай Чернышов", "Nikolay Chernyshov"),
    ("Юрій Шевчук", "Yuri Shevchuk"),
    ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
    ("خالد العمري", "Khalid al-Omari"),
    ("محمود درويش", "Mahmoud Darwish"),
    ("פנחס לבון", "Pinhas Lavon"),
    ("山田太郎", "Taro Yamada"),
    ("ヤマダ タロウ", "Yamada Taro"),
    ("キャサリン・ジョンソン", "Katherine Johnson"),
    ("이영희", "Lee Young-hee"),
    ("박철수", "Pak Chol Su"),
    ("Park Chul-soo", "Pak Chol Su"),
    ("張偉", "张伟"),
    ("张伟", "Zhang Wei"),
    ("Chang Kai-wen", "Zhang Kaiwen"),
    ("გიორგი კალაძე", "Giorgi Kaladze"),
    ("Արմեն Սարգսյան", "Armen Sargsyan"),
    ("Nguyễn Văn Hùng", "Nguyen Van Hung"),
]
OTHER_PERSON = [
    ("John Smith", "Maria Gonzalez"),
    ("Omar Haddad", "Bashar Haddad"),
    ("Kim Yong Chol", "Kim Yong Nam"),
    ("John A. Smith", "John B. Smith"),
    ("Ivan Petrovich Sokolov", "Ivan Andreevich Sokolov"),
    ("Mario Rossi", "Maria Bianchi"),
    ("王明", "王刚"),
    ("خالد العمري", "Ahmed Mansour"),
]
SAME_ORGANIZATION = [
    ("Norddeutsche Werke GmbH", "Norddeutsche Werke Gesellschaft mit beschränkter Haftung"),
    ("OAO Severstroy", "Open Joint Stock Company Severstroy"),
    ("\u041e\u041e\u041e Северстрой", "Severstroy LLC"),
    ("Golden Lotus Intl Trdg Co., Ltd.", "Golden Lotus International Trading Company Limited"),
    ("Публичное акционерное общество Северстрой", "Severstroy LLC"),
    ("First Harbour Bank", "1st Harbour Bank"),
    ("U.S. Grain Council", "United States Grain Council"),
    ("North Sea Salvage Tugs", "NSST"),
    ("Blue Water Shipping", "Bluewater Shipping"),
    ("Falken Group", "Falken"),
]
OTHER_ORGANIZATION = [
    ("Northern Star Insurance", "Northern Star Electronics"),
    ("Pension Fund 12", "Pension Fund 14"),
    ("Harbour Management Company", "Management Company"),
    ("Alfa Trading LLC", "Omega Trading LLC"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PERSON)
def test_one_person_by_two_spellings_matches(one: str, other: str) -> None:
    assert score("person", one, other) >= MATCH_SCORE, explain("person", one, other)


@pytest.mark.parametrize(("one", "other"), OTHER_PERSON)
def test_two_persons_do_not_match(one: str, other: str) -> None:
    assert score("person", one, other) < MATCH_SCORE, explain("person", one, other)


@pytest.mark.parametrize(("one", "other"), SAME_ORGANIZATION)
def test_one_organization_by_two_spellings_matches(one: str, other: str) -> None:
    assert score("organization", one, other) >= MATCH_SCORE, explain("organization", one, other)


@pytest.mark.parametrize(("one", "other"), OTHER_ORGANIZATION)
def test_two_organizations_do_not_match(one: str, other: str) -> None:
    assert score("organization", one, other) < MATCH_SCORE, explain("organization", one, other)


@pytest.mark.parametrize(
    ("one", "other", "match"),
    [
        ("MV Sea Star 1", "Sea Star One", True),
        ("M/T Ocean Pearl", "OCEAN PEARL", True),
        ("Sea Star 1", "Sea Star 2", False),
        ("Sea Star", "Sea Star 2", False),
        ("Ocean Pearl", "Ocean Peral", True),
    ],
)
def test_numbers_tell_vessels_apart_and_prefixes_do_not(one: str, other: str, match: bool) -> None:
    assert (score("vessel", one, other) >= MATCH_SCORE) is match


def compared(left: str, right: str) -> Compared:
    one, other = (name_of(wire_forms("person", each, "", "", "")[0]) for each in (left, right))
    return compare_names(one, other)


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("SALEK, ABDULHAI", "Abdulhai Salek", EXACT),
        ("Мохаммед Салех", "Mokhammed Salekh", EXACT),
        ("Sadddam Hussein al-Tikriti", "Saddam Hussein al-Tikriti", CLOSE),
        ("Abd Alrahman Sulaiman", "Abdal Rahman Sulaiman", CLOSE),
        ("Innocnet Kaina", "Innocent Kaina", CLOSE),
        ("J. Kaina", "Joseph Kaina", CLOSE),
        ("Joseph Kabila Kabange", "Joseph Kabila", PARTIAL),
        ("Omar Sabawi Ibrahim al-Tikriti", "Bashar Sabawi Ibrahim al-Tikriti", CONFLICT),
        ("John Smith", "Maria Gonzalez", CONFLICT),
    ],
)
def test_names_compare_whatever_order_script_and_spelling(
    left: str, right: str, level: str
) -> None:
    assert compared(left, right)[0] == level


def test_rare_names_in_common_say_more_than_common_ones() -> None:
    assert (
        compared("Zbigniew Przepiorka", "Zbigniew Przepiorka")[1]
        > (compared("John Smith", "John Smith")[1])
    )
    common = name_of("P muhammad").bits
    assert common == name_of("P mohammed").bits < name_of("P zubaydi").bits


def test_near_agreement_says_less_than_equality() -> None:
    assert (
        compared("Anna Przepiorka", "Anna Przepiorca")[1]
        < (compared("Anna Przepiorka", "Anna Przepiorka")[1])
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("muhammad", "mohamed"), ("husayn", "hsyn"), ("gaddafi", "qadhafi"), ("yusuf", "youssef")],
)
def test_spellings_of_one_name_share_their_bones(one: str, other: str) -> None:
    assert bones(name_of(one))[0][0] == bones(name_of(other))[0][0]


def test_bones_leave_out_what_tells_nobody_apart() -> None:
    assert len(bones(name_of("P khalid bin al walid"))) == 2
    assert bones(name_of("P al"))


def test_parts_given_apart_keep_their_roles_on_the_wire() -> None:
    [wire] = wire_forms("person", "Johnson, Boris A", "Boris", "", "Johnson")
    assert wire == "P Fjohnson Gboris a"
    assert name_of(wire).roles == ("F", "G", "")
    assert wire_forms("person", "", "Boris", "", "Johnson") == ("P Gboris Fjohnson",)


def test_explanations_are_sentences_that_name_the_words() -> None:
    said = explain("person", "Bill Clayton Jones", "William Clayton")
    assert said == [
        "“clayton” is in both.",
        "“bill” answers “william”: forms of one given name.",
        "Only the first name has “jones”.",
    ]
