"""Consent of those whose information it is: asked for, given once, for one thing, for a while.

Arrives: decisions that hold; answers of operators. Leaves: offers to the decision; reservations.
Never: a consent that covers an update, another office or purpose, or a second notice.
"""
