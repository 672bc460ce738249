"""What a person decides: the language they are spoken to in, and that they be forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import Update
from telegram.ext import ContextTypes

from .addressing import asked, identity
from .answering import Answering
from .buttons import AUTOMATIC, Press, language_keyboard
from .delivery import Delivery, Target
from .languages import Languages, texts_of
from .pages import Page
from .presses import notify
from .storage import Storage
from .texts import CATALOGUE, texts_for

Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted about a person, in numbers."""

    answers: int
    ratings: int
    languages: int


@dataclass(frozen=True, slots=True)
class Personal:
    """The callbacks of /language and /forget."""

    answering: Answering
    languages: Languages

    async def on_language(self, update: Update, context: Context) -> None:
        """Offer the languages to a person."""
        if (message := asked(update, context.bot)) is None:
            return
        texts = texts_of(message.from_user)
        page, keyboard = Page(texts.language), language_keyboard(texts=texts)
        await self._delivery.send(context.bot, Target.of(message), page, keyboard=keyboard)

    async def on_choice(self, update: Update, context: Context) -> None:
        """Keep the language that a person chose; in a group each presser has their own."""
        query = update.callback_query
        press = Press.parse(query.data) if query is not None else None
        if query is None or query.message is None or press is None:
            return
        user = query.from_user
        if press.target not in {*CATALOGUE, AUTOMATIC}:
            await notify(query, texts_of(user).expired)
            return
        chosen = "" if press.target == AUTOMATIC else press.target
        await self.languages.choose(user.id, chosen)
        texts = texts_for(chosen or user.language_code)
        await notify(query, texts.language_chosen)
        target = Target.of(query.message)
        if target.private:
            page, keyboard = Page(texts.language), language_keyboard(texts=texts)
            target = replace(target, edits=query.message.message_id)
            await self._delivery.send(context.bot, target, page, keyboard=keyboard)

    async def on_forget(self, update: Update, context: Context) -> None:
        """Delete what is stored about a person, and tell what that was."""
        if (message := asked(update, context.bot)) is None:
            return
        texts, person_id = texts_of(message.from_user), identity(message.from_user, message)
        if person_id is None:
            # An anonymous admin is nobody in particular: nothing is stored about them.
            line = texts.forgotten_nothing
        else:
            self.answering.followups.forget(person_id)
            forgotten = await forget_person(self._delivery.storage, person_id)
            line = texts.forgotten.format(
                answers=forgotten.answers, ratings=forgotten.ratings, languages=forgotten.languages
            )
        # Not as a reply: what replies to what is remembered for a day.
        target = replace(Target.of(message), reply_to=None)
        await self._delivery.send_line(context.bot, target, line)

    @property
    def _delivery(self) -> Delivery:
        return self.answering.delivery


async def forget_person(storage: Storage, person_id: int) -> Forgotten:
    """Delete all that is stored about a person, in private and in groups."""
    [(answers, ratings, languages)] = await storage.read(
        "SELECT (SELECT count(*) FROM answer WHERE asker_id = ?), "
        "(SELECT count(*) FROM feedback WHERE person_id = ?), "
        "(SELECT count(*) FROM person WHERE id = ?)",
        (person_id,) * 3,
    )
    await storage.write(
        ("DELETE FROM answer WHERE asker_id = ?", (person_id,)),
        ("DELETE FROM feedback WHERE person_id = ?", (person_id,)),
        ("DELETE FROM person WHERE id = ?", (person_id,)),
        # A private chat has the id of its person.
        ("DELETE FROM reply WHERE chat_id = ?", (person_id,)),
    )
    return Forgotten(answers, ratings, languages)
