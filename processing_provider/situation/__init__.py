"""Situation: shelter power, outage rates, acquisition gaps, isolated communities."""
