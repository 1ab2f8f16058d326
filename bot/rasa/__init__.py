"""Rasa itself as parser and policy, for who wants it: over HTTP, keeping nothing, never imported."""
