"""Tables in, tables out: no QGIS, no files, no clocks, no randomness."""
