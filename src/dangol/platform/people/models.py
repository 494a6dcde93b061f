"""Which tables does this room keep? People, accounts, consent, requests."""
