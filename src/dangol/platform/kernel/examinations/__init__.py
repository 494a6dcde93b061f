"""What does the machine room look at when it is asked how it does?"""
