"""Names of invented people and companies, how agencies spell them, and how clerks mistype them."""

from dataclasses import dataclass
from random import Random
from typing import Final

Spellings = tuple[str, ...]
"""One name as different agencies write it: transliterations first, the original script last."""


@dataclass(frozen=True, slots=True)
class Culture:
    """Given and family names that occur together, with the states their bearers come from."""

    given: dict[str, tuple[Spellings, ...]]
    family: tuple[Spellings, ...]
    nationalities: tuple[str, ...]
    cities: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _spellings(text: str) -> tuple[Spellings, ...]:
    """`a/b c` → (("a", "b"), ("c",))."""
    return tuple(tuple(name.split("/")) for name in text.split())


SPANISH: Final = Culture(
    given={
        "M": _spellings(
            "José/Jose Luis Carlos Miguel/Migel Jesús/Jesus Raúl/Raul Andrés/Andres Hernán/Hernan"
            " Julián/Julian Óscar/Oscar Iván/Ivan Joaquín/Joaquin Rubén/Ruben Efraín/Efrain"
        ),
        "F": _spellings(
            "María/Maria Lucía/Lucia Inés/Ines Verónica/Veronica Ximena/Jimena Sofía/Sofia"
            " Marisol Rocío/Rocio Elena Pilar Graciela Noemí/Noemi"
        ),
    },
    family=_spellings(
        "García/Garcia Hernández/Hernandez/Fernández Martínez/Martinez López/Lopez Ruiz"
        " Ibáñez/Ibanez González/Gonzalez/Gonzales Zúñiga/Zuniga Quiroga Muñoz/Munoz"
        " Velázquez/Velasquez/Velazquez Cárdenas/Cardenas Peña/Pena Treviño/Trevino Escalante"
        " Montaño/Montano Arriaga Bermúdez/Bermudez Saldívar/Saldivar/Zaldivar Ocampo"
        " Villaseñor/Villasenor Urrutia Lozano Barragán/Barragan"
    ),
    nationalities=("MX", "MX", "CO", "ES", "US"),
    cities=("Guadalajara", "Monterrey", "Tijuana", "Medellín", "Sevilla", "Laredo"),
)
SLAVIC: Final = Culture(
    given={
        "M": _spellings(
            "Alexander/Aleksandr/Александр Dmitry/Dmitri/Дмитрий Sergey/Sergei/Сергей"
            " Mikhail/Michail/Михаил Yuri/Iurii/Юрий Vladimir/Wladimir/Владимир"
            " Andrey/Andrei/Андрей Evgeny/Yevgeni/Евгений Igor/Игорь Oleg/Олег"
            " Nikolai/Nikolay/Николай"
        ),
        "F": _spellings(
            "Ekaterina/Yekaterina/Екатерина Tatiana/Tatyana/Татьяна Yulia/Iuliia/Юлия"
            " Natalia/Natalya/Наталья Olga/Ольга Svetlana/Светлана Ksenia/Xenia/Ксения"
        ),
    },
    family=_spellings(
        "Ivanov/Iwanow/Иванов Smirnov/Smirnoff/Смирнов Kuznetsov/Kuznecov/Кузнецов"
        " Sokolov/Соколов Zhukov/Joukov/Жуков Tsvetkov/Cvetkov/Цветков"
        " Chernyshev/Chernyshov/Чернышёв Yakovlev/Iakovlev/Яковлев Shcherbakov/Scherbakow/Щербаков"
        " Kiselev/Kiselyov/Киселёв Gavrilov/Гаврилов Fedorov/Fyodorov/Фёдоров"
        " Belyaev/Beliaev/Беляев Zaitsev/Zaytsev/Зайцев Khodorov/Hodorov/Ходоров"
        " Vyshnevsky/Vishnevskiy/Вышневский Dyachenko/Diachenko/Дьяченко"
    ),
    nationalities=("RU", "RU", "UA", "KZ", "BY"),
    cities=("Kaluga", "Tver", "Samara", "Kharkiv", "Almaty", "Grodno"),
)
ARABIC: Final = Culture(
    given={
        "M": _spellings(
            "Mohammed/Muhammad/Mohamed/محمد Ahmed/Ahmad/أحمد Khalid/Khaled/خالد Youssef/Yusuf/يوسف"
            " Omar/Umar/عمر Abdulrahman/Abdel-Rahman/عبدالرحمن Hussein/Husayn/حسين Tariq/Tarek/طارق"
            " Ibrahim/Ebrahim/إبراهيم Mustafa/Moustafa/مصطفى Samir/Sameer/سمير"
        ),
        "F": _spellings(
            "Fatima/Fatma/فاطمة Aisha/Aysha/عائشة Layla/Leila/ليلى Noor/Nour/نور Mariam/Maryam/مريم"
            " Salma/سلمى Huda/Houda/هدى"
        ),
    },
    family=_spellings(
        "al-Hashimi/Alhashimi/الهاشمي Haddad/Hadad/حداد al-Masri/El-Masry/المصري Nasser/Naser/ناصر"
        " Mansour/Mansoor/منصور Khoury/Khouri/خوري al-Zahrani/Alzahrani/الزهراني Saleh/Salih/صالح"
        " Qasim/Kassem/قاسم Barakat/بركات al-Tamimi/Tamimi/التميمي Shaheen/Shahin/شاهين Aziz/عزيز"
        " al-Jabouri/Al-Jubouri/الجبوري Darwish/Darweesh/درويش Rahman/Rehman/رحمن"
    ),
    nationalities=("AE", "IQ", "EG", "LB", "SY"),
    cities=("Sharjah", "Basra", "Alexandria", "Tripoli", "Aleppo"),
)
ENGLISH: Final = Culture(
    given={
        "M": _spellings(
            "John/Jon Robert/Rob Michael/Mike William/Bill Thomas/Tom Steven/Stephen"
            " Geoffrey/Jeffrey Nicholas/Nicolas Philip/Phillip Walter Raymond Douglas Craig"
            " Lawrence/Laurence Neil/Neal"
        ),
        "F": _spellings(
            "Catherine/Katherine/Kathryn Elizabeth/Elisabeth Sarah/Sara Anne/Ann Deborah/Debra"
            " Heather Gillian/Jillian Rebecca Margaret/Margret Susan Allison/Alison Diane/Dianne"
        ),
    },
    family=_spellings(
        "Smith/Smyth Johnson/Johnston Brown/Browne Miller Davis/Davies Clark/Clarke Reed/Reid"
        " Hughes Thompson/Thomson Philips/Phillips Stewart/Stuart Carpenter Whitaker/Whittaker"
        " Lindqvist/Lindquist O'Connor/OConnor MacDonald/McDonald Hartmann/Hartman Novak/Nowak"
        " Pemberton Ashworth Ellery Coleridge Thackeray/Thackery Winslow Fairbanks Greaves"
        " Holloway Kettering Langford Mowbray"
    ),
    nationalities=("US", "US", "GB", "CA"),
    cities=("Tampa", "Fresno", "Leeds", "Halifax", "Mobile", "El Paso"),
)
CHINESE: Final = Culture(
    given={
        "M": _spellings(
            "Jianguo/Jian-guo/建国 Wei/伟 Xiaoming/Hsiao-ming/晓明 Zhigang/Chih-kang/志刚"
            " Guoqiang/Kuo-chiang/国强 Junjie/Chun-chieh/俊杰 Haoran/浩然 Yichen/一辰"
        ),
        "F": _spellings(
            "Xiulan/Hsiu-lan/秀兰 Fang/芳 Meiling/Mei-ling/美玲 Yuhan/雨涵 Lihua/Li-hua/丽华"
            " Qian/Chien/倩"
        ),
    },
    family=_spellings(
        "Wang/王 Zhang/Chang/张 Chen/Ch'en/陈 Liu/刘 Zhao/Chao/赵 Huang/黄 Zhou/Chou/周 Xu/Hsu/徐"
        " Zheng/Cheng/郑 Xie/Hsieh/谢 Jiang/Chiang/蒋 Ouyang/欧阳 Situ/Szeto/司徒 Qiu/Chiu/邱"
    ),
    nationalities=("CN", "CN", "SG", "MY"),
    cities=("Ningbo", "Qingdao", "Xiamen", "Johor Bahru"),
)
CULTURES: Final = (SPANISH, SPANISH, SLAVIC, ARABIC, ENGLISH, ENGLISH, CHINESE)

_COMPANY_FIRST: Final = _words(
    "Aldebaran Bluewater Cobalt Delmar Eastgate Farallon Granite Harborline Ironwood Juniper"
    " Kestrel Lodestar Meridian Northwind Oriole Palisade Quayside Redstone Silverton Tamarack"
    " Umbra Vantage Westlake Yellowfin Zephyr Antares Borealis Caspian Drakensberg Equinox"
)
_COMPANY_SECOND: Final = _words(
    "Marine Avionics Freight Precision Optics Logistics Trading Instruments Semiconductor Metals"
    " Chemical Aerospace Forwarding Electronics Machinery Import Polymers Photonics Hydraulics"
)
_COMPANY_FORM: Final = ("LLC", "Ltd", "S.A. de C.V.", "GmbH", "FZE", "Inc", "OOO", "Pte Ltd")

_NEIGHBOURS: Final = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x", "0": "9", "1": "2", "2": "13", "3": "24", "4": "35", "5": "46",
    "6": "57", "7": "68", "8": "79", "9": "80",
}  # fmt: skip
_SPELLINGS: Final = {
    word: spellings
    for culture in CULTURES
    for spellings in (*culture.given["M"], *culture.given["F"], *culture.family)
    for word in spellings
}


def other_spelling(rng: Random, word: str) -> str:
    """Another way to write a given or family name, or the same where there is only one."""
    others = [each for each in _SPELLINGS.get(word, ()) if each != word]
    return rng.choice(others) if others else word


def invented(rng: Random) -> str:
    """A rare name of three or four syllables, such as `Belumora`: one of some millions."""
    syllables = rng.choice((3, 3, 4))
    return "".join(
        rng.choice("bdfghjklmnprstvz") + rng.choice("aeiou") + rng.choice(("", "", "n", "r", "l"))
        for _ in range(syllables)
    ).capitalize()


def company_name(rng: Random) -> str:
    """An invented company: a rare word mostly, a line of trade, a legal form."""
    first = rng.choice(_COMPANY_FIRST) if rng.random() < 0.1 else invented(rng)
    return f"{first} {rng.choice(_COMPANY_SECOND)} {rng.choice(_COMPANY_FORM)}"


def mistype(rng: Random, text: str) -> str:
    """`text` with one slip of a clerk: a wrong key, a swap, a lost or a doubled character."""
    at = rng.randrange(len(text))
    slip = rng.randrange(4)
    near = _NEIGHBOURS.get(text[at].lower())
    if slip == 0 and near:
        put = rng.choice(near)
        return text[:at] + (put.upper() if text[at].isupper() else put) + text[at + 1 :]
    if slip == 1 and at + 1 < len(text) and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip == 2 and len(text) > 3:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]
