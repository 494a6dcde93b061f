"""Which pages look ahead? The list of customers at risk, one customer's risk, warnings, accounts' health, models."""
