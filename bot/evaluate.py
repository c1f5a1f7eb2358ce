"""Measure the answers: ``python -m bot.evaluate [QUESTIONS.jsonl …]`` (default: those held out, tests/questions).

A file named ``followups.jsonl`` holds dialogues, of which the last turn is judged.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.assistant import Assistant
from bot.console import progress_bar
from bot.settings import CHECKOUT, load_settings
from index.evaluation.dialogues import evaluate_dialogues, load_dialogues
from index.evaluation.judge import evaluate
from index.evaluation.questions import load_items

DIALOGUES = "followups.jsonl"


def main(arguments: Sequence[str]) -> None:
    """Ask all questions of the files and print the shares."""
    paths = [Path(a) for a in arguments] or sorted((CHECKOUT / "tests" / "questions").glob("*.jsonl"))
    items = [item for path in paths if path.name != DIALOGUES for item in load_items(path)]
    dialogues = [dialogue for path in paths if path.name == DIALOGUES for dialogue in load_dialogues(path)]
    assistant = Assistant.of(load_settings())
    with progress_bar() as hear:
        engine = assistant.engine(assistant.open_index(hear))
    if items:
        print(f"{len(items)} items, each in two languages")
        print("\n".join(evaluate(engine.answer, items).lines()))
    if dialogues:
        print(f"{len(dialogues)} dialogues")
        print("\n".join(evaluate_dialogues(engine, dialogues).lines()))


if __name__ == "__main__":
    main(sys.argv[1:])
