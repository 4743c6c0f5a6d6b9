"""The kill test as a command: whatever dies, nothing is lost, no ghost is left, no id comes twice.

Arrives: a seed, how many faults. Leaves: one account, id by id, against the pure expected result.
Reading order: `plan` (what is done to whom when), `disorder` (of the events), `proxy` (the
network that can be cut), `troupe` (the processes: struck, watched, started again), `strikes` (each
fault), `feed` (publishing meanwhile), `gauge` and `stalls` (how far everybody is), `shadow` (what
must come out, in memory), `aftermath` (what came out), `run` (all of it).

Never: a question to a process about itself. Everything is read from topics and stores.
"""
