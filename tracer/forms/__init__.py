"""Questionnaires in XLSForm: read, checked, and asked one question at a time.

``load_xlsx`` and ``load_yaml`` give a ``Form`` or raise ``FormError``, which names sheet, row and reason of all that
is wrong; ``next_question``, ``applies``, ``offered``, ``check``, ``check_all``, ``in_force`` and ``conflicts`` are
pure functions.
"""

from tracer.forms.answers import (
    Accepted,
    Refused,
    Standing,
    applies,
    check,
    check_all,
    conflicts,
    in_force,
    next_question,
    offered,
    standing_of,
)
from tracer.forms.model import Answer, Choice, Fault, Form, FormError, Group, Kind, Question
from tracer.forms.reading import load_xlsx, load_yaml

__all__ = [
    "Accepted",
    "Answer",
    "Choice",
    "Fault",
    "Form",
    "FormError",
    "Group",
    "Kind",
    "Question",
    "Refused",
    "Standing",
    "applies",
    "check",
    "check_all",
    "conflicts",
    "in_force",
    "load_xlsx",
    "load_yaml",
    "next_question",
    "offered",
    "standing_of",
]
