"""Understands texts and recognises crises; decides nothing and knows no topic."""
