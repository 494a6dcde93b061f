"""How is everything put into one file, and brought back and checked?"""
