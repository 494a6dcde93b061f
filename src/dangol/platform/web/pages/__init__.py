"""Which pages does the console show?"""
