"""The hand-over to human coaches: who is called, when, and until when a case waits."""
