"""Where members are kept: the shells around the list of members."""
