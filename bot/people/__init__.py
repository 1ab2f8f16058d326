"""People: what they told us, what they agreed to, and one-time codes."""
