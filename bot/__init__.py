"""The Telegram side: everything that knows a chat, and nothing that knows an index's inside."""
