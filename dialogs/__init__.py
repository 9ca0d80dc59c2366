"""Dialogs fill in an algorithm's parameters and run it; no work of their own."""
