"""The whole pipeline on this machine among synthetic parties, in a namespace of its own.

Arrives: settings, what to publish. Leaves: processes that end with this one, and what they wrote.
The demo, `liaison real`, the benches and the fault suite all run on it. Never: a real party's key.
"""

from deploy.rehearsal.run import Rehearsal, rehearsal

__all__ = ["Rehearsal", "rehearsal"]
