"""How we know: unit mirrors the rooms (sockets off), then contract, integration, e2e, faults.

A test's name says what is promised; ``promises.toml`` names the kinds that must have run.
"""
