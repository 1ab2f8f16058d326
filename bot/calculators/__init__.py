"""Six calculators: pure functions over the law's rules, and the dialogues that ask for what they need."""
