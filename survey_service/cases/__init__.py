"""Who waits for what: the replies and calls that forms promise, who is responsible, and whether they came."""
