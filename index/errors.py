"""What can go wrong in finding and answering; light to import, for whoever only catches."""

from __future__ import annotations


class IndexingError(RuntimeError):
    """The index or its model cannot be used; the message says what to do."""


class QuestionError(ValueError):
    """A question that cannot be answered as it is; the message says what to do."""
