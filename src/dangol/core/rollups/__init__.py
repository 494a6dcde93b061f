"""Which small tables do dashboards and features read? Pure tables, each with a merge."""
