"""The situation dock (状況): what is known of the case, always there; made when it is first shown."""
