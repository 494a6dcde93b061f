"""What is remembered and done? The rooms of the running platform, on Django."""
