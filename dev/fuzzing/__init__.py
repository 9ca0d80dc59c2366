"""Mutated inputs against everything that reads from outside: published files, the server's answers, a case's files."""
