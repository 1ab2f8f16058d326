"""Answers from checked articles: which one, how it is shown, and what people thought of it."""
