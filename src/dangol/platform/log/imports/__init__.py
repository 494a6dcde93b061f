"""How does a user's own data come in through the door: files, databases, folders, and a demo?"""
