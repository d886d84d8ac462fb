"""The project's own clients: faces on chatroom.view."""
