"""What the assistant knows: articles, facts, places, and the search over them."""
