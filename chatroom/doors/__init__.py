"""The doors, one wire protocol a file; they do not know one another."""
