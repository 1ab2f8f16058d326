"""Nudges for parents: what they chose, when the next one is due, and which one it is."""
