"""Learn all that is learned anew: ``python -m bot.learn [alike] [QUESTIONS.jsonl …]``.

Without files it learns from those in index/evaluation/questions, and writes index/adapter.npz, index/asked.npz,
index/ranking.yaml, index/alike.npz and index/alike.yaml; with ``alike`` the last two alone. The questions in
tests/questions are held out: they measure, and teach nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.assistant import Assistant
from bot.console import progress_bar
from bot.settings import CHECKOUT, load_settings
from index.embed import all_cores
from index.evaluation.alike import learn_alike
from index.evaluation.questions import load_items
from index.evaluation.train import learn


def question_files() -> list[Path]:
    """Name all files of questions to learn from in the checkout."""
    return sorted((CHECKOUT / "index" / "evaluation" / "questions").glob("*.jsonl"))


def main(arguments: Sequence[str]) -> None:
    """Learn from files of questions."""
    alone = list(arguments[:1]) == ["alike"]
    paths = [Path(a) for a in arguments[alone:]] or question_files()
    assistant = Assistant.of(load_settings())
    with progress_bar() as hear:
        engine = assistant.engine(assistant.open_index(hear))
    items = [item for path in paths for item in load_items(path)]
    with all_cores():
        if not alone:
            learn(engine, items)
        learn_alike(engine, items)


if __name__ == "__main__":
    main(sys.argv[1:])
