"""`make score`: what the plugin says in drills of every cause and service, held against the truth and older code."""
