"""The assistant: messages in, one turn, messages out. ARCHITECTURE.md shows the rooms."""
