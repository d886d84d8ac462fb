"""The face in a window: a form, and behind it tabs for rooms and windows for private words, on the view that every face shares."""
