"""Drills: scenario, practice aggregator, scores."""
