"""What was known about each customer on a day? Numbers, each with its meaning, from nothing later than that day."""
