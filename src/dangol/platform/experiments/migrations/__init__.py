"""How did the tables of this room come to be what they are?"""
