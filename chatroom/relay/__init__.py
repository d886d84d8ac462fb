"""The relay: a service of its own that passes people on to a house, and marks them."""
