"""The surroundings of a program that `jumun run` starts, and what is reported of its calls."""
