"""On what does every room stand? Environment, clock, machine room, people who work here, audit."""
