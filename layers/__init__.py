"""Tables to vector layers: fields, geometry, style, temporal settings, provenance."""
