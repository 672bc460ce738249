"""A foreign file -> Markdown. A program of its own, so that a hostile file harms that process only.

Nothing here imports the rest of `index`: it is started alone, with little memory and time.
"""
