"""The batch transport beside its peers: the same function, the same broker, the same events.

Arrives: how many events. Leaves: CPU an event, rate and latency of each engine, and ratios.
Reading order: `events` (what all engines read), `stages` (ours, as a process), the peers
(`deploy.bench.peers.stream_*`), `engines` (how each is started), `run` (one engine, measured),
`comparison` (interleaved, best of three), `recovery` (state), `scale` (several workers).
"""
