"""The tables of the database, step by step from an empty file."""

from __future__ import annotations

# Append only; never edit one that has shipped. `user_version` counts those applied.
MIGRATIONS = (
    """CREATE TABLE chat (
        id INTEGER PRIMARY KEY,
        welcomed_at REAL NOT NULL
    ) STRICT""",
    """CREATE TABLE answer (
        id TEXT PRIMARY KEY,
        created_at REAL NOT NULL,
        generation TEXT NOT NULL,
        chat_id INTEGER NOT NULL,
        asker_id INTEGER,
        places TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX answer_by_chat ON answer (chat_id)",
    """CREATE TABLE rebuild (
        id INTEGER PRIMARY KEY,
        started_at REAL NOT NULL,
        admin_id INTEGER NOT NULL,
        finished_at REAL,
        outcome TEXT,
        detail TEXT
    ) STRICT""",
    """CREATE TABLE feedback (
        answer_id TEXT NOT NULL,
        person_id INTEGER NOT NULL,
        given_at REAL NOT NULL,
        verdict TEXT NOT NULL,
        question TEXT NOT NULL,
        generation TEXT NOT NULL,
        places TEXT NOT NULL,
        PRIMARY KEY (answer_id, person_id)
    ) STRICT""",
    "CREATE TABLE person (id INTEGER PRIMARY KEY, language TEXT NOT NULL) STRICT",
    "CREATE INDEX answer_by_asker ON answer (asker_id)",
    """CREATE TABLE group_settings (
        chat_id INTEGER PRIMARY KEY,
        "when" TEXT NOT NULL,
        "trigger" TEXT NOT NULL,
        quotes INTEGER NOT NULL,
        language TEXT NOT NULL,
        quiet INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE reply (
        chat_id INTEGER NOT NULL,
        message_id INTEGER NOT NULL,
        reply_id INTEGER NOT NULL,
        sent_at REAL NOT NULL,
        PRIMARY KEY (chat_id, message_id)
    ) STRICT""",
    "CREATE INDEX reply_by_time ON reply (sent_at)",
    """CREATE TABLE asked (
        day TEXT NOT NULL,
        abstained INTEGER NOT NULL,
        class INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (day, abstained, class)
    ) STRICT""",
    """CREATE TABLE unanswered (
        question TEXT PRIMARY KEY,
        count INTEGER NOT NULL,
        day TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE incoming (
        seq INTEGER PRIMARY KEY,
        update_id INTEGER NOT NULL,
        mark TEXT NOT NULL,
        arrived_at REAL NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL,
        body TEXT,
        notice INTEGER,
        sent INTEGER,
        closed_at REAL,
        UNIQUE (update_id, mark)
    ) STRICT""",
    "CREATE INDEX incoming_open ON incoming (seq) WHERE state = 'open'",
    "CREATE INDEX incoming_by_time ON incoming (closed_at) WHERE state <> 'open'",
    "CREATE TABLE pulse (id INTEGER PRIMARY KEY, at REAL NOT NULL) STRICT",
)
