"""What was tried on whom, and what did it change?"""
