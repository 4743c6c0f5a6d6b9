"""The second key: the same documents read by Cedar, which has no code in common with the first.

``policies`` (documents as Cedar's own language), ``request`` (a raw record, the party register and
a match as Cedar's request and entities), ``second`` (the verdict).

Must never happen: an import of the first key (its compiler, request, bars, words as bits); a
release where Cedar answers with an error note.
"""
