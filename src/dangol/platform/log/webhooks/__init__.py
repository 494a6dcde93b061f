"""What do calls of other programs say, in the words of our events?"""
