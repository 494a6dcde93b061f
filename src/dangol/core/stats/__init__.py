"""How sure is a number? Frozen, mergeable sufficient statistics, and the intervals they give."""
