"""What do the numbers say now? Answers kept fresh, pinned, watched and owned."""
