"""Verbatim quotes from a corpus. This is the door: other packages import from here only."""
