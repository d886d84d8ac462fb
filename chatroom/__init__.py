"""Serve one chat room to every client there is, from one process."""
