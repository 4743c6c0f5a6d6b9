"""Delivery: decides, accounts, decides again, sends, and keeps what recipients hold true.

Arrives: record.v1, match.v1, quarantine.v1; results of attempts; acknowledgements. Leaves: notices
and recalls to inboxes and webhooks. Read in this order: ``apply`` (messages into the vault),
``decider``, ``redecide``, ``handover``, ``attempts`` (each a step of one vault transaction),
``keeper`` and ``lease`` (the policy a sender may go by), ``inbox``, ``webhook`` (the two senders),
``app`` (the loop). Never: a byte without a decision made
in the transaction that began the attempt, or before its ledger entry is sequenced.
"""
