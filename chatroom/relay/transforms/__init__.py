"""What a relay does to what passes, one transform a file; a file's name is what it is called in the settings."""
