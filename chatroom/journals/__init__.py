"""The journals, one storage engine a file; they do not know one another."""
