"""Real servers that tests start themselves, on loopback only."""
