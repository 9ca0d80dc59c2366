"""Publishing: map sheets."""
