"""Which tables does this room keep? Saved rules and who was in them."""
