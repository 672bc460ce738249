"""The Telegram side: everything that knows a chat, and nothing that knows an index's inside."""

import os

# The library warns at every flood refusal until told that durations may come as such.
os.environ.setdefault("PTB_TIMEDELTA", "1")
