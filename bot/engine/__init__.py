"""Runs the Rasa project in `dialogues/`: pure and synchronous, knows no topic and no storage."""
