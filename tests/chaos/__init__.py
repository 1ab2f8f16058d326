"""Kills and faults. Five kills in `make test`; `make chaos` runs the full size."""
