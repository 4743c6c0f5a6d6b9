"""Names of every metric: `liaison_<room>_<thing>_<unit>[_total]`, seconds and bytes.

Labels are bounded (topic, stage, partition, reason, outcome, action, class): never an id, never
a pair of agencies. Labels stand in the comment of each name.
"""

from typing import Final

STAGE_RECORDS: Final = "liaison_streams_records_total"  # stage, outcome
STAGE_BATCHES: Final = "liaison_streams_batches_total"  # stage
STAGE_BATCH_SECONDS: Final = "liaison_streams_batch_seconds"  # stage
STAGE_LAG_RECORDS: Final = "liaison_streams_lag_records"  # stage, partition
STAGE_AGE_SECONDS: Final = "liaison_streams_age_seconds"  # stage: publish → outputs acknowledged
STAGE_STATE_ENTRIES: Final = "liaison_streams_state_entries"  # stage, partition
STAGE_REBALANCES: Final = "liaison_streams_rebalances_total"  # stage
QUARANTINED: Final = "liaison_streams_quarantined_total"  # reason
DUPLICATES: Final = "liaison_streams_duplicates_total"  # none
CORRECTIONS: Final = "liaison_streams_corrections_total"  # none
WITHDRAWALS: Final = "liaison_streams_withdrawals_total"  # none
OVERFULL_KEYS: Final = "liaison_streams_overfull_keys"  # none: keys above the holders' cap
HUBS: Final = "liaison_streams_hubs"  # none: records that no chain is followed through
ENTITIES: Final = "liaison_streams_entities_total"  # change
MATCHES: Final = "liaison_streams_matches_total"  # class, status

PUBLISHED: Final = "liaison_producers_published_total"  # topic, outcome
PUBLISH_SECONDS: Final = "liaison_producers_publish_seconds"  # topic

DECISIONS: Final = "liaison_consumers_decisions_total"  # outcome
STANDINGS: Final = "liaison_consumers_standings"  # outcome
TRANSITIONS: Final = "liaison_consumers_transitions_total"  # action
PARKED_SUPPORTS: Final = "liaison_consumers_parked_supports"  # none
LEDGER_ENTRIES: Final = "liaison_consumers_ledger_entries_total"  # none
OUTBOX_ROWS: Final = "liaison_consumers_outbox_rows"  # none: sequenced, not yet delivered
ATTEMPTS: Final = "liaison_consumers_attempts_total"  # kind, outcome
DELIVERY_SECONDS: Final = "liaison_consumers_delivery_seconds"  # class: publish → inbox
ACKNOWLEDGED: Final = "liaison_consumers_acknowledged_total"  # none
SSE_CLIENTS: Final = "liaison_consumers_sse_clients"  # none
