"""Files of agencies become events: a table and a mapping in, one event or one error a line out.

    mapping = load_mapping(Path("un_list_person.yaml"))
    for line in read_events(Path("list.csv"), mapping, now=clock.now()):
        line.event, line.problems

A mapping holds column names and constants only: whatever needs logic belongs to the agency's own
code over the SDK. `mappings/` holds documented examples.
"""

from producers.adapters.events import Line, read_events
from producers.adapters.mapping import Mapping, load_mapping
from producers.adapters.tables import count_rows

__all__ = ["Line", "Mapping", "count_rows", "load_mapping", "read_events"]
