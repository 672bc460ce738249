"""Every sentence the bot itself says, in four languages."""

from .catalogue import CATALOGUE, language_of, texts_for
from .management import ManagementTexts
from .sentences import Texts

__all__ = ["CATALOGUE", "ManagementTexts", "Texts", "language_of", "texts_for"]
