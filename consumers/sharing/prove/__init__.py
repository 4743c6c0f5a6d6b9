"""Proofs: the compiled rules of both keys as formulas, and properties over every request."""
