"""People: at home or away."""
