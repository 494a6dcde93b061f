"""What happened, in which order, and where does it lie? Every event enters here, and only here."""
