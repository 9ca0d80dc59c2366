"""Tools: JIS X 0410 grid squares."""
