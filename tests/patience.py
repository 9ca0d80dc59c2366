"""How long tests wait for what must come."""

PATIENCE = 900.0
"""Seconds, so that what hangs fails and what is slow does not, however busy the machine is. No test measures by it."""
