"""A review by attack: what is sent, read or done to break Jumun, in random variations. `make attack` runs all."""
