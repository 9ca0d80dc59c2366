"""Results of a case in a shared PostgreSQL database with PostGIS: roles, tables, styles, projects."""
