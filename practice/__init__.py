"""Drills: scenarios with a known truth, and the practice aggregator that serves them."""
