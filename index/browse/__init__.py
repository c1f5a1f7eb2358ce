"""Browsing the documents: the tree of standards, SOPs and clauses, the glossary, and what each role must do.

Everything here is plain data and pages of Telegram HTML; buttons and commands are the handlers' business.
"""

from index.browse.browser import Browser
from index.browse.duties import Duties, Duty, Role, RoleChoice, RoleNotFoundError
from index.browse.glossary import Glossary, GlossaryEntry
from index.browse.shelf import Shelf
from index.browse.tree import Node, NodeKind, NodeNotFoundError
from index.browse.twins import Twin

__all__ = [
    "Browser",
    "Duties",
    "Duty",
    "Glossary",
    "GlossaryEntry",
    "Node",
    "NodeKind",
    "NodeNotFoundError",
    "Role",
    "RoleChoice",
    "RoleNotFoundError",
    "Shelf",
    "Twin",
]
