"""Printing in a process of its own: layouts belong to the main thread, and a window must not wait for them."""
