"""A Bot API server on loopback, which refuses what Telegram refuses, in its words.

Stricter than Telegram in one respect: what Telegram drops in silence (overlapping block
quotations, more than a hundred entities) is refused here, so that a test can see it.
"""

from __future__ import annotations

import email
import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

TOKEN = "123456789:AAF_loopback-token-that-opens-nothing-00"
ME = {
    "id": 123456789,
    "is_bot": True,
    "first_name": "Yuanhua",
    "username": "yuanhua_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Who stands for any admin that writes as the group."""
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ADMIN_RIGHTS = dict.fromkeys(
    (
        *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
        *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
        *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
        "can_delete_stories",
    ),
    False,
)
MEMBER_RIGHTS = dict.fromkeys(
    (
        *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
        *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
        *("can_send_other_messages", "can_add_web_page_previews", "can_pin_messages"),
        *("can_manage_topics", "can_edit_tag", "can_react_to_messages"),
    ),
    False,
)
ANYWHERE = "message_thread_id reply_parameters reply_markup disable_notification protect_content"
PARAMETERS = {
    "sendMessage": ("chat_id text", f"{ANYWHERE} entities link_preview_options"),
    "sendPhoto": ("chat_id photo", f"{ANYWHERE} caption caption_entities"),
    "sendDocument": ("chat_id document", f"{ANYWHERE} caption caption_entities"),
    "sendChatAction": ("chat_id action", "message_thread_id"),
    "editMessageText": ("chat_id message_id text", "entities reply_markup link_preview_options"),
    "editMessageReplyMarkup": ("chat_id message_id", "reply_markup"),
    "answerCallbackQuery": ("callback_query_id", "text show_alert url cache_time"),
    "answerInlineQuery": ("inline_query_id results", "cache_time is_personal next_offset button"),
    "answerGuestQuery": ("guest_query_id result", ""),
    "getChatMember": ("chat_id user_id", ""),
    "getFile": ("file_id", ""),
    "getUpdates": ("", "offset limit timeout allowed_updates"),
}
"""What each method needs, and what else it knows."""
QUOTATIONS = {"blockquote", "expandable_blockquote"}
PATIENCE = 15.0

Params = dict[str, Any]


class Refusal(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, description: str, code: int = 400, **parameters: Any) -> None:
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(code, "")
        super().__init__(prefix + description)
        self.code, self.parameters = code, parameters

    def body(self) -> Params:
        body = {"ok": False, "error_code": self.code, "description": str(self)}
        return body | ({"parameters": self.parameters} if self.parameters else {})


@dataclass
class Call:
    """One request of the bot."""

    method: str
    params: Params
    at: float
    error: str | None = None
    result: Any = None

    @property
    def text(self) -> str:
        return self.params.get("text", "")

    @property
    def chat_id(self) -> int | None:
        return self.params.get("chat_id")

    @property
    def buttons(self) -> list[Params]:
        rows = self.params.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def button(self, label: str) -> str:
        """Return the data of the button whose label starts so."""
        return next(b["callback_data"] for b in self.buttons if b["text"].startswith(label))

    def quoted(self) -> list[str]:
        """Return what the block quotations cover."""
        return [
            utf16_slice(self.text, entity)
            for entity in self.params.get("entities", [])
            if entity["type"] in QUOTATIONS
        ]


@dataclass
class Fault:
    """What a method does instead of its work, for as many times as `left` says."""

    method: str
    refusal: Refusal | None
    left: int = 1
    chat_id: int | None = None


@dataclass
class BotApi:
    """The server and its world. Use it as ``with BotApi().running() as server``."""

    token: str = TOKEN
    calls: list[Call] = field(default_factory=list)
    chats: dict[int, Params] = field(default_factory=dict)
    migrated: dict[int, int] = field(default_factory=dict)
    threads: dict[int, set[int]] = field(default_factory=dict)
    messages: dict[tuple[int, int], Params] = field(default_factory=dict)
    members: dict[tuple[int, int], str] = field(default_factory=dict)
    """Status of a person in a group, where it was set."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What was sent to the bot, by its id."""
    commands: dict[str, list[Params]] = field(default_factory=dict)
    described: dict[tuple[str, str], str] = field(default_factory=dict)
    """The bot's description and its short one, by language."""
    webhook: Params = field(default_factory=dict)
    url: str = ""
    late: dict[str, float] = field(default_factory=dict)
    """Seconds that a method's answer takes after its work is done."""
    patience: float = PATIENCE
    """Seconds for which an update is brought to a webhook that does not take it."""
    _faults: list[Fault] = field(default_factory=list)
    _updates: list[Params] = field(default_factory=list)
    _allowed: list[str] | None = None
    _queries: set[str] = field(default_factory=set)
    _poll: int = 0
    _last_id: int = 100
    _changed: threading.Condition = field(default_factory=threading.Condition)

    # The scenario's side.

    @contextmanager
    def running(self) -> Iterator[BotApi]:
        """Serve on a free port of the loopback interface."""
        handler = type("Handler", (_Handler,), {"api": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def fresh_id(self) -> int:
        with self._changed:
            self._last_id += 1
            return self._last_id

    def private_chat(self, language: str | None = "en", **fields: Any) -> Params:
        """Return a new person, who has a chat with the bot."""
        user = {"id": 1_000_000 + self.fresh_id(), "is_bot": False, "first_name": "Ann", **fields}
        if language is not None:
            user["language_code"] = language
        self.chats[user["id"]] = {"id": user["id"], "type": "private", "first_name": "Ann"}
        return user

    def group(self, kind: str = "supergroup", **fields: Any) -> int:
        """Return the id of a new group."""
        group_id = -1_000_000_000_000 - self.fresh_id()
        self.chats[group_id] = {"id": group_id, "type": kind, "title": "Group", **fields}
        self.threads[group_id] = set()
        return group_id

    def says(
        self, user: Params, text: str | None, chat: int | None = None, **fields: Any
    ) -> Params:
        """Let a person write to the bot, or into a group, and return the message."""
        body = {} if text is None else {"text": text, "entities": find_entities(text)}
        message = self.store(chat or user["id"], {"from": user, **body, **fields})
        self.push("message", message)
        return message

    def sends(self, user: Params, name: str | None, content: bytes, **fields: Any) -> Params:
        """Let a person send a file to the bot."""
        file_id = f"file{self.fresh_id()}"
        self.files[file_id] = content
        document = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}
        named = document if name is None else {**document, "file_name": name}
        return self.says(user, None, document=named, **fields)

    def edits(self, message: Params, text: str) -> None:
        """Let a person change a message."""
        message |= {"text": text, "entities": find_entities(text), "edit_date": int(time.time())}
        self.push("edited_message", message)

    def press(self, user: Params, message: Params, data: str) -> str:
        """Let a person press a button and return the query's id."""
        query = {"id": str(self.fresh_id()), "from": user, "chat_instance": "1", "data": data}
        self._queries.add(query["id"])
        self.push("callback_query", {**query, "message": message})
        return query["id"]

    def types_inline(self, user: Params, text: str) -> str:
        """Let a person type behind the bot's name in some chat and return the query's id."""
        query = {"id": str(self.fresh_id()), "from": user, "query": text, "offset": ""}
        self._queries.add(query["id"])
        self.push("inline_query", query)
        return query["id"]

    def mentions_guest(self, user: Params, text: str, **fields: Any) -> str:
        """Let a person mention the bot in a group that it is not in; return the query's id."""
        chat = {"id": -1_000_000_000_000 - self.fresh_id(), "type": "supergroup", "title": "G"}
        query_id = str(self.fresh_id())
        self._queries.add(query_id)
        message = {"message_id": self.fresh_id(), "date": int(time.time()), "chat": chat}
        message |= {"from": user, "text": text, "entities": find_entities(text)}
        self.push("guest_message", {**message, "guest_query_id": query_id, **fields})
        return query_id

    def member(self, user: Params, status: str, **fields: Any) -> Params:
        """Return a person's membership of a chat, with every right refused."""
        known = {"until_date": 0} if status in {"restricted", "kicked"} else {}
        return {"user": user, "status": status, **ADMIN_RIGHTS, **MEMBER_RIGHTS, **known, **fields}

    def store(self, chat_id: int, fields: Params) -> Params:
        """Give a message its id, date and chat."""
        message = {"message_id": self.fresh_id(), "date": int(time.time())}
        message |= {"chat": self.chats[chat_id], **fields}
        self.messages[chat_id, message["message_id"]] = message
        return message

    def push(self, kind: str, content: Params, update_id: int | None = None) -> int:
        """Deliver an update by the way that the bot has chosen, and return its id."""
        if self._allowed and kind not in self._allowed:
            return 0
        update = {"update_id": update_id or self.fresh_id(), kind: content}
        if self.webhook.get("url"):
            self._post_until_taken(update)
        else:
            with self._changed:
                self._updates.append(update)
                self._changed.notify_all()
        return update["update_id"]

    def post(self, update: Params, secret: str | None = None) -> int:
        """Call the bot's webhook and return its status."""
        address = urlsplit(self.webhook["url"])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        token = self.webhook.get("secret_token") if secret is None else secret
        if token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = token
        try:
            connection.request("POST", address.path, json.dumps(update), headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def wait_for_bot(self, timeout: float = 30.0) -> None:
        """Wait until the bot fetches updates or has named its webhook."""
        with self._changed:
            assert self._changed.wait_for(self.is_heard, timeout)

    def is_heard(self) -> bool:
        """Tell whether the bot has come so far that updates reach it."""
        return bool(self._poll or self.webhook.get("url"))

    def await_answer(self, query_id: str | None) -> None:
        """Take an answer to a query of this id, once."""
        if query_id is not None:
            self._queries.add(query_id)

    def is_idle(self) -> bool:
        """Tell whether the bot has acknowledged all that was for it."""
        return not self._updates

    def done_polling(self) -> None:
        """Forget that a bot polled, as it was killed."""
        with self._changed:
            self._poll = 0

    def _post_until_taken(self, update: Params) -> None:
        # The bot names its webhook a moment before it listens there.
        deadline, pause = time.monotonic() + self.patience, 0.05
        while True:
            try:
                status = self.post(update)
            except (ConnectionError, TimeoutError):
                status = 0
            if status == 200:
                return
            assert time.monotonic() < deadline, f"the webhook answers {status}"
            time.sleep(pause)
            # Hundreds that call a bot which starts leave it no processor to do so.
            pause = min(2.0, 1.3 * pause)

    def fail(
        self,
        method: str,
        refusal: Refusal | None,
        *,
        times: int = 1,
        chat_id: int | None = None,
    ) -> None:
        """Let a method fail; without a refusal the connection is cut."""
        self._faults.append(Fault(method, refusal, times, chat_id))

    def expect(
        self,
        method: str,
        chat_id: int | None = None,
        *,
        number: int = 1,
        where: Callable[[Call], bool] = lambda _: True,
        timeout: float = PATIENCE,
    ) -> Call:
        """Wait for the `number`-th successful call of a method, in a chat if one is named."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = [call for call in self.done(method, chat_id) if where(call)]
                if len(found) >= number:
                    return found[number - 1]
                if not self._changed.wait(deadline - time.monotonic()):
                    seen = [(call.method, call.params, call.error) for call in self.calls[-8:]]
                    raise AssertionError(f"no {method} in {timeout} s; the last calls: {seen}")

    def expect_refused(self, method: str, chat_id: int, *, timeout: float = PATIENCE) -> Call:
        """Wait for a call of a method in a chat that was refused."""

        def refused() -> Call | None:
            calls = (c for c in self.calls if c.method == method and c.chat_id == chat_id)
            return next((call for call in calls if call.error), None)

        with self._changed:
            found = self._changed.wait_for(refused, timeout)
        assert found is not None, f"no {method} was refused in {timeout} s"
        return found

    def done(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Return the successful calls of a method."""
        return [
            call
            for call in list(self.calls)
            if call.method == method and call.error is None and chat_id in (None, call.chat_id)
        ]

    def answer_to(self, user: Params, text: str, chat: int | None = None, **fields: Any) -> Call:
        """Let a person write and return the next message that the bot sends there."""
        place = chat or user["id"]
        before = len(self.done("sendMessage", place))
        self.says(user, text, chat, **fields)
        return self.expect("sendMessage", place, number=before + 1)

    # The bot's side.

    def respond(self, token: str, method: str, params: Params) -> Params | None:
        """Return the body of the answer; None to cut the connection."""
        call = Call(method, params, time.monotonic())
        try:
            self._authorize(token)
            check_parameters(method, params)
            self._fault(method, params)
            call.result = self._handler(method)(params)
        except Refusal as refusal:
            call.error = str(refusal)
            return refusal.body()
        except ConnectionAbortedError:
            call.error = "cut"
            return None
        finally:
            with self._changed:
                self.calls.append(call)
                self._changed.notify_all()
        time.sleep(self.late.get(method, 0.0))
        return {"ok": True, "result": call.result}

    def _authorize(self, token: str) -> None:
        if token != self.token:
            code = 401 if re.fullmatch(r"\d+:[\w-]{30,}", token) else 404
            raise Refusal({401: "Unauthorized", 404: "Not Found"}[code], code)

    def _handler(self, method: str) -> Callable[[Params], Any]:
        handler: Callable[[Params], Any] | None = getattr(self, f"_on_{method}", None)
        if handler is None:
            raise Refusal("Not Found", 404)
        return handler

    def _fault(self, method: str, params: Params) -> None:
        for fault in self._faults:
            if fault.method == method and fault.chat_id in (None, params.get("chat_id")):
                fault.left -= 1
                if fault.left <= 0:
                    self._faults.remove(fault)
                if fault.refusal is None:
                    raise ConnectionAbortedError
                raise fault.refusal

    def _on_getMe(self, _: Params) -> Params:
        return ME

    def _on_getUpdates(self, params: Params) -> list[Params]:
        if self.webhook.get("url"):
            raise Refusal(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
                409,
            )
        self._allowed = params.get("allowed_updates", self._allowed)
        deadline = time.monotonic() + params.get("timeout", 0)
        with self._changed:
            self._poll += 1
            mine = self._poll
            self._changed.notify_all()
            self._updates = [u for u in self._updates if u["update_id"] >= params.get("offset", 0)]
            while not self._updates and mine == self._poll and time.monotonic() < deadline:
                self._changed.wait(max(0.0, deadline - time.monotonic()))
            if mine != self._poll:
                raise Refusal(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                    409,
                )
            return self._updates[: params.get("limit", 100)]

    def _on_setWebhook(self, params: Params) -> bool:
        self.webhook = params
        self._allowed = params.get("allowed_updates", self._allowed)
        return True

    def _on_deleteWebhook(self, _: Params) -> bool:
        self.webhook = {}
        return True

    def _on_getMyCommands(self, params: Params) -> list[Params]:
        return self.commands.get(_scope(params), [])

    def _on_setMyCommands(self, params: Params) -> bool:
        scope = params.get("scope", {})
        if scope.get("type") == "chat" and int(scope["chat_id"]) not in self.chats:
            raise Refusal("chat not found")
        if not re.fullmatch(r"([a-z]{2})?", params.get("language_code", "")):
            raise Refusal("invalid language code specified")
        if not all(re.fullmatch(r"[a-z0-9_]{1,32}", c["command"]) for c in params["commands"]):
            raise Refusal("BOT_COMMAND_INVALID")
        self.commands[_scope(params)] = params["commands"]
        return True

    def _on_getMyDescription(self, params: Params) -> Params:
        return {"description": self._described("description", params)}

    def _on_setMyDescription(self, params: Params) -> bool:
        return self._describe("description", params, most=512)

    def _on_getMyShortDescription(self, params: Params) -> Params:
        return {"short_description": self._described("short_description", params)}

    def _on_setMyShortDescription(self, params: Params) -> bool:
        return self._describe("short_description", params, most=120)

    def _described(self, kind: str, params: Params) -> str:
        return self.described.get((kind, params.get("language_code", "")), "")

    def _describe(self, kind: str, params: Params, *, most: int) -> bool:
        text = params[kind]
        if len(text) > most or not re.fullmatch(r"([a-z]{2})?", params.get("language_code", "")):
            raise Refusal("BOT_DESCRIPTION_INVALID")
        self.described[kind, params.get("language_code", "")] = text
        return True

    def _on_getChatMember(self, params: Params) -> Params:
        place = params["chat_id"], params["user_id"]
        status = self.members.get(place)
        if status is None:
            raise Refusal("member not found")
        user = {"id": place[1], "is_bot": place[1] == ME["id"], "first_name": "Ann"}
        return self.member(user, status)

    def _on_sendChatAction(self, params: Params) -> bool:
        self._place(params)
        return True

    def _on_sendMessage(self, params: Params) -> Params:
        self._place(params)
        chat_id = params["chat_id"]
        reply = params.get("reply_parameters", {})
        replied = self.messages.get((chat_id, reply.get("message_id", 0)))
        if reply and replied is None and not reply.get("allow_sending_without_reply"):
            raise Refusal("message to be replied not found")
        fields: Params = {"from": ME, **_content(params)}
        if replied is not None:
            fields["reply_to_message"] = {
                key: value for key, value in replied.items() if key != "reply_to_message"
            }
        if "message_thread_id" in params:
            fields |= {"message_thread_id": params["message_thread_id"], "is_topic_message": True}
        return self.store(chat_id, fields)

    def _on_sendPhoto(self, params: Params) -> Params:
        self._place(params)
        caption = params.get("caption", "")
        if len(caption.encode("utf-16-le")) // 2 > 1024:
            raise Refusal("message caption is too long")
        check_entities(caption, params.get("caption_entities", []))
        if not params["photo"].startswith(b"\x89PNG"):
            raise Refusal("IMAGE_PROCESS_FAILED")
        photo = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}
        fields: Params = {"from": ME, "caption": caption, "photo": [photo]}
        if "message_thread_id" in params:
            fields |= {"message_thread_id": params["message_thread_id"], "is_topic_message": True}
        return self.store(params["chat_id"], fields)

    def _on_getFile(self, params: Params) -> Params:
        content = self.files.get(params["file_id"])
        if content is None:
            raise Refusal("wrong file_id or the file is temporarily unavailable")
        if len(content) > 20 * 1024 * 1024:
            raise Refusal("file is too big")
        known = {"file_unique_id": params["file_id"], "file_size": len(content)}
        return {"file_id": params["file_id"], **known, "file_path": params["file_id"]}

    def _on_sendDocument(self, params: Params) -> Params:
        self._place(params)
        if not params["document"]:
            raise Refusal("file must be non-empty")
        document = {"file_id": "d", "file_unique_id": "d"}
        return self.store(params["chat_id"], {"from": ME, "document": document})

    def _on_editMessageText(self, params: Params) -> Params:
        message = self.messages.get((params["chat_id"], params["message_id"]))
        if message is None:
            raise Refusal("message to edit not found")
        content = _content(params)
        if all(content.get(key) == message.get(key) for key in ("text", "reply_markup")):
            raise Refusal(NOT_MODIFIED)
        message.pop("reply_markup", None)
        message.update(content, edit_date=int(time.time()))
        return message

    def _on_editMessageReplyMarkup(self, params: Params) -> Params:
        message = self.messages.get((params["chat_id"], params["message_id"]))
        if message is None:
            raise Refusal("message to edit not found")
        markup = _markup(params)
        if markup == message.get("reply_markup"):
            raise Refusal(NOT_MODIFIED)
        message["reply_markup"] = markup
        return message

    def _on_answerCallbackQuery(self, params: Params) -> bool:
        if params["callback_query_id"] not in self._queries:
            raise Refusal(TOO_OLD)
        if len(params.get("text", "")) > 200:
            raise Refusal("MESSAGE_TOO_LONG")
        self._queries.remove(params["callback_query_id"])
        return True

    def _on_answerInlineQuery(self, params: Params) -> bool:
        if params["inline_query_id"] not in self._queries:
            raise Refusal(TOO_OLD)
        ids = [result["id"] for result in params["results"]]
        if len(ids) > 50 or len(set(ids)) < len(ids):
            raise Refusal("RESULT_ID_DUPLICATE")
        for result in params["results"]:
            _check_result(result)
        self._queries.remove(params["inline_query_id"])
        return True

    def _on_answerGuestQuery(self, params: Params) -> Params:
        if params["guest_query_id"] not in self._queries:
            raise Refusal(TOO_OLD)
        _check_result(params["result"])
        self._queries.remove(params["guest_query_id"])
        return {"inline_message_id": f"inline{self.fresh_id()}"}

    def _place(self, params: Params) -> None:
        chat_id = params["chat_id"]
        if chat_id in self.migrated:
            raise Refusal(
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated[chat_id],
            )
        if chat_id not in self.chats:
            raise Refusal("chat not found")
        if self.chats[chat_id].get("blocked"):
            raise Refusal("bot was blocked by the user", 403)
        thread = params.get("message_thread_id")
        if thread is not None and thread not in self.threads.get(chat_id, ()):
            raise Refusal("message thread not found")


def check_parameters(method: str, params: Params) -> None:
    """Refuse what a method doesn't know, or lacks; Telegram passes over what it doesn't know."""
    if method not in PARAMETERS:
        return
    needed, known = (names.split() for names in PARAMETERS[method])
    for name in needed:
        if name not in params:
            raise Refusal(f"parameter {name} is required")
    for name in set(params) - {*needed, *known}:
        raise Refusal(f"parameter {name} is not known")
    for name in ("chat_id", "message_id", "message_thread_id"):
        if not isinstance(params.get(name, 0), int):
            raise Refusal(f"parameter {name} must be a number")


class _Handler(BaseHTTPRequestHandler):
    api: BotApi
    protocol_version = "HTTP/1.1"
    # Small answers would otherwise wait for the other side's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        prefix = f"/file/bot{self.api.token}/"
        content = self.api.files.get(unquote(self.path).removeprefix(prefix))
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        content = self.rfile.read(length)
        if len(content) < length:
            # The bot was killed in the middle of it.
            self.close_connection = True
            return
        params = _parse(content, self.headers.get("Content-Type", ""))
        match = re.fullmatch(r"/bot([^/]*)/(\w+)", self.path)
        token, method = (match[1], match[2]) if match else ("", "")
        body = self.api.respond(token, method, params)
        if body is None:
            self.close_connection = True
            return
        payload = json.dumps(body).encode()
        self.send_response(body.get("error_code", 200))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


def utf16_slice(text: str, entity: Params) -> str:
    """Return what an entity covers, counted as Telegram counts."""
    units = text.encode("utf-16-le")
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return units[2 * start : 2 * end].decode("utf-16-le")


def find_entities(text: str) -> list[Params]:
    """Return the commands and mentions that a client marks in a text."""
    found = []
    for match in re.finditer(r"(?<!\S)(/\w+(?:@\w+)?|@\w+)", text):
        kind = "bot_command" if match[0][0] == "/" else "mention"
        offset = len(text[: match.start()].encode("utf-16-le")) // 2
        found.append({"type": kind, "offset": offset, "length": len(match[0])})
    return found


def check_entities(text: str, entities: list[Params]) -> None:
    """Refuse entities outside of the text, too many, or with overlapping quotations."""
    size = len(text.encode("utf-16-le")) // 2
    if len(entities) > 100:
        raise Refusal("too many entities")
    last = 0
    for entity in sorted(entities, key=lambda e: e["offset"]):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["length"] <= 0 or end > size:
            raise Refusal(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text "
                f"at UTF-16 offset {end}"
            )
        try:
            utf16_slice(text, entity)
        except UnicodeDecodeError:
            raise Refusal("entity begins in a middle of a UTF-16 symbol") from None
        if entity["type"] in QUOTATIONS:
            if start < last:
                raise Refusal("block quotations overlap")
            last = end


def _content(params: Params) -> Params:
    text = params.get("text", "")
    if not text.strip():
        raise Refusal("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refusal("message is too long")
    check_entities(text, params.get("entities", []))
    markup = _markup(params)
    content = {"text": text, "entities": params.get("entities", [])}
    # Only these come back with a message; a request for a reply concerns the client alone.
    return content | ({"reply_markup": markup} if "inline_keyboard" in (markup or {}) else {})


def _check_result(result: Params) -> None:
    """Refuse an article that can't be shown or whose message couldn't be sent."""
    if not 1 <= len(result["id"].encode()) <= 64 or not result["title"].strip():
        raise Refusal("RESULT_ID_INVALID")
    content = dict(result["input_message_content"])
    content["text"] = content.pop("message_text")
    _content(content | {"reply_markup": result.get("reply_markup")})


def _markup(params: Params) -> Params | None:
    markup: Params | None = params.get("reply_markup")
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                raise Refusal("BUTTON_DATA_INVALID")
            copied = button.get("copy_text", {}).get("text", "x")
            if not 1 <= len(copied.encode("utf-16-le")) // 2 <= 256:
                raise Refusal("BUTTON_COPY_TEXT_INVALID")
    return markup


def _parse(body: bytes, kind: str) -> Params:
    if not kind.startswith("multipart/form-data"):
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        return {key: _value(value, key) for key, value in pairs}
    message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    params: Params = {}
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        sent = part.get_filename()
        params[name] = content if sent else _value(content.decode(), name)
    return params


def _value(value: str, key: str) -> Any:
    if key.endswith("query_id") or key in {"text", "url", "secret_token", "language_code"}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _scope(params: Params) -> str:
    return json.dumps([params.get("scope"), params.get("language_code", "")], sort_keys=True)
