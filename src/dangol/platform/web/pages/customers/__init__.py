"""Who are the customers, and what is known of each?"""
