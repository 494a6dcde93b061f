"""What would a business look like whose truths are known? A seeded simulation."""
