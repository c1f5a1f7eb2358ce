"""Answering a file of questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.built import Progress
from index.engine import Engine
from index.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its id."""

    id: str
    question: str


def read_batch(path: Path) -> list[Row]:
    """Read questions, one JSON object ``{"id", "question"}`` a line; blank lines are passed over.

    Raises:
        QuestionError: the file is missing or not text, or a line is not such an object; it names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise QuestionError(f"There is no file {path}: check the path given to --batch.") from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise QuestionError(f"{path} is no text file: --batch takes JSON lines in UTF-8.") from None
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            rows.append(Row(str(found["id"]), str(found["question"])))
        except (ValueError, KeyError, TypeError):
            raise QuestionError(
                f'{path}, line {number} is not {{"id": …, "question": …}}: mend or remove the line.'
            ) from None
    return rows


def answer_batch(engine: Engine, rows: Sequence[Row], target: Path, progress: Progress) -> int:
    """Answer the questions and write the predictions, one JSON object a line; give how many were answered."""
    answered = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as file:
        for done, row in enumerate(rows, start=1):
            prediction = _prediction(engine, row)
            answered += bool(prediction["answerable"])
            file.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            progress("Answering", done, len(rows))
    return answered


def _prediction(engine: Engine, row: Row) -> dict[str, object]:
    try:
        reply = engine.answer(row.question)
    except QuestionError as error:
        return {"id": row.id, "answerable": False, "answer": str(error), "citations": [], "ms": 0.0}
    citations = [
        {
            "source": citation.source,
            "document": citation.document,
            "title": citation.title,
            "section": citation.section,
            "lines": list(citation.lines),
            "quote": citation.quote,
            "wording": citation.wording,
        }
        for citation in reply.citations
    ]
    return {
        "id": row.id,
        "answerable": reply.answerable,
        "kind": reply.kind,
        "language": reply.language,
        "answer": reply.answer,
        "citations": citations,
        "others": list(reply.others),
        "ms": reply.ms,
    }
