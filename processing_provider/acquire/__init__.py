"""Getting data: case, connection, conditions, downloads, files brought by hand."""
