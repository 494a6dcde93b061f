"""How is this installation set up, and who works with it?"""
