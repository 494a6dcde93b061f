"""Who will leave, why, and what are they worth? Models that say how good they are, and step back when they are not."""
