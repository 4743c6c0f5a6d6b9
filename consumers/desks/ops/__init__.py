"""The operators' desk: one live table of how the pipeline runs.

Arrives: /metrics of every process, the broker's admin API. Leaves: the table as a page, as events
and as ``/status.json``. Reading order: scrape and broker (what is read), figures (what it means:
pure), status (the table as a value), watch (reads again and again), app (routes).
Never: a payload, an id, a pair of agencies.
"""
