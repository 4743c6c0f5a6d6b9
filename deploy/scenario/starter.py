"""The scenario that `liaison scenario new` writes: small, commented, and it runs as it is."""

from pathlib import Path
from typing import Final

from deploy.scenario.reading import COUNTER, SCENARIO
from schemas.errors import ConfigError

SCENARIO_TEXT: Final = """\
# One story: who publishes what, what happens then, and what each office must then know.
# All times are UTC. Everything that is not said has a harmless default.
title: HSI's subject is known to BIS; the telephone is the FBI's
law: Third-agency rule, 9 FAM 603.2         # optional
start: 2026-03-02 10:00                     # optional; `+10 min` below counts from here

# People and things that records are about. `someone` always exists (passport and telephone).
entities:
  petrov:
    name: Ivan Petrov
    born: 1971-03-04
    identifiers: [passport RUS 712345678, phone +79161234567]

# Steps, in order: a moment (`at`), at most one act, and what must then be true (`expect`).
timeline:
  - report: A                               # a new record, called A from here on
    by: HSI/miami                           # AGENCY/office
    case: 26-0001                           # without a case the record is a side of its own
    entities: [petrov]
    marking:
      crime_types: [export_control]         # this is the default
      fields:
        - {entity: petrov, field: phone, originator: FBI}
  - at: +5 min
    report: B
    by: BIS/enforcement
    case: 26-0900
    entities:
      - {like: petrov, id: suspect, identifiers: [passport RUS 712345678]}

# What must be true at the end.
expect:
  BIS/enforcement:
    outcome: TEAR                           # FULL TEAR POINTER SILENT HOLD(x) DENY nothing
    class: target
    fields:
      A.petrov.name: {level: full, value: Ivan Petrov}
      A.petrov.phone: absent
    absent: ["79161234567"]                 # nowhere in any byte that ever went to BIS
    rules: [THIRD_AGENCY]                   # named among the reasons of the decision
  HSI/miami: FULL
  FBI/headquarters: nothing                 # not one byte ever
"""

COUNTER_TEXT: Final = """\
# The smallest change that flips what comes of it: `set` a value, `drop` a part, `add` steps.
title: The telephone is HSI's own
drop: [A.marking.fields]
expect:
  BIS/enforcement: {outcome: FULL, fields: {A.petrov.phone: full}}
"""


def write(folder: Path) -> None:
    """Write both files into a folder; raises ConfigError where one is there already."""
    texts = {SCENARIO: SCENARIO_TEXT, COUNTER: COUNTER_TEXT}
    for name in texts:
        if (folder / name).exists():
            raise ConfigError("SCENARIO_EXISTS", f"{folder / name} is there already")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
