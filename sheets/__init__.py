"""Map sheets for the HQ: QPT templates and their export to PDF."""
