"""What happens to a request, apart from any framework: no Flask, no socket, no wall clock, no module state."""
