"""Measure the answers: ``python -m bot.evaluate [QUESTIONS.jsonl …]`` (default: those held out, tests/questions)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.assistant import Assistant
from bot.console import progress_bar
from bot.settings import CHECKOUT, load_settings
from index.evaluation.judge import evaluate
from index.evaluation.questions import load_items


def main(arguments: Sequence[str]) -> None:
    """Ask all questions of the files and print the shares."""
    paths = [Path(a) for a in arguments] or sorted((CHECKOUT / "tests" / "questions").glob("*.jsonl"))
    items = [item for path in paths for item in load_items(path)]
    assistant = Assistant.of(load_settings())
    with progress_bar() as hear:
        engine = assistant.engine(assistant.open_index(hear))
    print(f"{len(items)} items of {len(paths)} files, each in two languages")
    for line in evaluate(engine.answer, items).lines():
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
