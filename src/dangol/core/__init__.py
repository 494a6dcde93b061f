"""What is true? The pure library: tables in, table out; no framework, no socket, no clock."""
