"""What the web door is made of: requests, pages, streams, and the native protocol over WebSocket."""
