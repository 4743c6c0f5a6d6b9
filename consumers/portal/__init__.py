"""The attache's inbox: pages over what was released to an office, from a process without the vault.

Arrives: rows of the inbox database.
Leaves: pages, events that keep them current, acknowledgements.
Reading order: settings; session and entrance (who asks); wording, places, subjects and views (a
notice as a person reads it: pure); choice, handlers (pages), stream (what changed); app (routes).
Never: another office's row, a way to the vault, a number that tells one office another's volume.
"""
