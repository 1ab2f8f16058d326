"""Reminders: plans that ring at a wall clock, and what is said when something is missing."""
