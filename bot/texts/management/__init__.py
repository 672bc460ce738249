"""What is said about limits, a group's settings and the work of admins."""

from .sentences import ManagementTexts

__all__ = ["ManagementTexts"]
