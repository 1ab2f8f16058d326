"""One package or module for each messenger: a lifecycle and two pure translations."""
