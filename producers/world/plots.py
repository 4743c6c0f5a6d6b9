"""What the world's stories are about: two offices that hold the same thing, each marking it.

Plots are there for the rule of sharing they meet; how they go on is a matter of `stories`.
"""

from dataclasses import dataclass
from typing import Final

from producers.world.records import (
    BIS,
    LOS_ANGELES,
    MIAMI,
    SKR,
    VICTIM_CENTER,
    Owner,
)

CHILD: Final = "child_exploitation"
EXPORT: Final = "export_control"
SMUGGLING: Final = "trafficking_and_smuggling"


@dataclass(frozen=True, slots=True)
class Plot:
    """Two owners, the scheme they share, and how each marks its record.

    `weight` is the plot's share among all; `country` what the thing or person touches.
    """

    owners: tuple[Owner, Owner]
    scheme: str
    weight: int
    marks: tuple[str, str] = ("les", "plain")
    crime: str = EXPORT
    role: str = "subject"
    country: str = "US"


PLOTS: Final = (
    Plot((MIAMI, BIS), "passport", 24),
    Plot((LOS_ANGELES, BIS), "national_id", 8, ("plain", "plain")),
    Plot((LOS_ANGELES, BIS), "imo", 10),
    Plot((LOS_ANGELES, BIS), "lei", 10, ("plain", "free")),
    Plot((MIAMI, BIS), "vin", 4),
    Plot((MIAMI, BIS), "phone", 18),
    Plot((LOS_ANGELES, BIS), "email", 8),
    Plot((LOS_ANGELES, BIS), "iban", 8),
    Plot((MIAMI, BIS), "account", 6),
    Plot((MIAMI, BIS), "container", 16, ("plain", "plain")),
    Plot((MIAMI, BIS), "bill_of_lading", 8),
    Plot((LOS_ANGELES, BIS), "itn", 8),
    Plot((MIAMI, BIS), "passport", 8, country="MX"),
    Plot((MIAMI, BIS), "container", 5, country="MX"),
    Plot((LOS_ANGELES, BIS), "passport", 5, ("noforn", "plain"), country="MX"),
    Plot((LOS_ANGELES, BIS), "phone", 8, ("plain", "plain"), role="caller"),
    Plot((MIAMI, BIS), "passport", 5, crime=CHILD),
    Plot((MIAMI, BIS), "passport", 6, ("tear", "plain")),
    Plot((MIAMI, BIS), "phone", 5, ("tear", "plain"), role="caller"),
    Plot((MIAMI, BIS), "passport", 6, ("orcon", "plain")),
    Plot((LOS_ANGELES, BIS), "passport", 6, ("orcon_fbi", "plain")),
    Plot((MIAMI, BIS), "passport", 4, ("nobody", "plain")),
    Plot((MIAMI, BIS), "passport", 4, ("bis_only", "plain")),
    Plot((MIAMI, BIS), "passport", 3, ("doubtful", "doubtful")),
    Plot((MIAMI, BIS), "phone", 6, ("fbi_phone", "plain")),
    Plot((MIAMI, BIS), "passport", 6, ("fbi_phone", "plain")),
    Plot((LOS_ANGELES, SKR), "passport", 6, ("noforn", "plain"), crime=CHILD, country="RU"),
    Plot((MIAMI, SKR), "phone", 8, ("plain", "plain"), crime=CHILD, country="RU"),
    Plot((MIAMI, SKR), "passport", 6, ("plain", "plain"), crime=SMUGGLING, country="RU"),
    Plot((BIS, SKR), "phone", 4, ("plain", "plain"), country="RU"),
    Plot((VICTIM_CENTER, SKR), "phone", 5, ("victim", "plain"), crime=SMUGGLING, role="victim"),
    Plot((VICTIM_CENTER, BIS), "phone", 5, ("victim", "plain"), role="victim"),
    Plot((VICTIM_CENTER, MIAMI), "phone", 3, ("victim", "plain"), crime=SMUGGLING, role="victim"),
    Plot((MIAMI, LOS_ANGELES), "passport", 14, ("plain", "plain"), crime=SMUGGLING),
    Plot((MIAMI, LOS_ANGELES), "phone", 8, ("plain", "plain"), crime=SMUGGLING),
    Plot((MIAMI, LOS_ANGELES), "passport", 6, ("les", "plain"), crime=SMUGGLING, country="MX"),
)

FUZZY: Final = (
    Plot((MIAMI, BIS), "", 20),
    Plot((MIAMI, LOS_ANGELES), "", 10, crime=SMUGGLING),
    Plot((LOS_ANGELES, BIS), "", 8, country="MX"),
    Plot((LOS_ANGELES, SKR), "", 6, ("plain", "plain"), crime=CHILD, country="RU"),
)
"""The same person under two spellings, with no number in common."""
