"""3 People: which homes were occupied."""
