"""The verbs, one a file, found by name; each module's docstring is its usage and help."""
