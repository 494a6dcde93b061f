"""Which tables does this room keep? Answers, boards, watches, owners."""
