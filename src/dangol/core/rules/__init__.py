"""Who belongs to an audience? Rule trees that answer, and say themselves in two languages."""
