"""One firm against all others at once, on an index that many processes share: exact, in milliseconds."""
