"""IRC as the server reads and writes it, without I/O: messages, masks, capabilities, and what the house says in its words."""
