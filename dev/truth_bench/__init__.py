"""The open benchmark: questions with a known answer, who answers them, and the one table (docs/benchmark.md)."""
