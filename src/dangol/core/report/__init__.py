"""What should be looked at first? Tables as charts and one page, in English and Korean."""
