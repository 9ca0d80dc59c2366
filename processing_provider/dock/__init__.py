"""What the dock and the locator show of a case: read by functions that know nothing of windows."""
