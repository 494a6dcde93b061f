"""Who is this person, what may we do with their data, and what did they agree to?"""
