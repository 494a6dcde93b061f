"""Who belongs together, who entered, who left?"""
