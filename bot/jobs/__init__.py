"""What happens by itself, on the clock."""
