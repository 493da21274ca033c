"""Where staff are led for what only the person who runs the service can do; names of settings would not help them."""

GUIDE = "The person who looks after this machine finds what to do under “{}” in the guide Operating."
"""Takes a heading of `docs/operating.md`."""
