"""What arrives at a journal, as simple as may be."""

from __future__ import annotations

from telegram import Update


def asked(
    update_id: int, text: str = "問題 👩‍👩‍👧", *, message_id: int = 5, chat: int = 1
) -> Update:
    """Return an update with a question."""
    message = {
        "message_id": message_id,
        "date": 1_700_000_000,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Ann"},
        "text": text,
    }
    update = Update.de_json({"update_id": update_id, "message": message}, None)
    assert update is not None
    return update
