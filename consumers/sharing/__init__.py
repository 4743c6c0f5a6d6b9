"""May this be known, by whom, and which fields of it: agreements as data, decisions as values.

Arrives: a match, the records of its lineage, a recipient's channel, the moment.
Leaves: a decision per match and recipient, with the content exactly as the recipient would see it.
Read in this order: ``form``, ``documents``, ``agreement``, ``clause``, ``statute`` (all as values),
``vocabulary`` and ``request`` (questions as bits), ``compiler`` (documents as functions),
``policy``, ``records`` (what stands at decision time), ``support`` (one support judged), ``cedar``
and ``two_keys`` (the second key, and where the two must agree), ``redact`` and ``content`` (what is
shown), ``decide``, ``inspection`` (the last look), ``explain``, ``recipients``, ``transition`` and
``standing`` (what changes for the recipient). Offline: ``prove``, ``difference``.

Must never happen: a clock, a socket or a store in here; a release by an unknown word; anything
observable that is not a function of the one support that is shown.
"""
