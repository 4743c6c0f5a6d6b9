"""The peers: each one small program with its committed configuration, in an environment of its own.

`python -m deploy.bench.peers.NAME_peer SET DATA` prints one JSON object of measures as its last
line. Programs import their library, `deploy.bench.measure` and the readers beside them, nothing
else of ours; nothing of theirs is in the product's lock. `NAME.lock` pins each environment.
Never: a threshold chosen without hindsight where a peer needs one, so that no peer is shown at
less than its best.
"""
