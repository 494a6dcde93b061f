"""What is a customer still worth? Purchases and money to come, each with its interval and what it got wrong before."""
