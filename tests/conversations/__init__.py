"""Whole conversations as data: what is said and what is answered, in files a trainer can read."""
