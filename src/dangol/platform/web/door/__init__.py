"""Where do events come in? The hot paths, on bare ASGI."""
