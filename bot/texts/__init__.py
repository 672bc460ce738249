"""Every sentence the bot itself says, in four languages."""

from .catalogue import CATALOGUE, language_of, texts_for
from .sentences import Texts

__all__ = ["CATALOGUE", "Texts", "language_of", "texts_for"]
