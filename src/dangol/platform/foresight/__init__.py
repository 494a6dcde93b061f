"""Who will probably leave, why, what are they worth, and how good is whoever says so?"""
