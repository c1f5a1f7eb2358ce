"""Measuring speed and memory on this machine, on the real documents.

Nothing here is asserted by a test: `tanyamutu bench` prints what it measured beside what is aimed at.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import faiss
import numpy as np
from rich.table import Table

from bot.assistant import Assistant
from bot.console import out
from bot.settings import Settings
from corpus.lexicon import Lexicon
from corpus.model import Document
from index.built import Index, Progress, title_index
from index.engine import Engine
from index.facts import Fact
from index.lexical import LexicalIndex
from index.vectors import Vectors

QUESTIONS = (
    "Siapa yang menetapkan dosen pembimbing skripsi?",
    "kapan paling lambat dosen mengumpulkan soal UTS?",
    "Apa saja langkah mengurus cuti akademik?",
    "brp persen target minimal kepuasan pengguna lulusan?",
    "Siapa penanggung jawab evaluasi rencana pembelajaran di SOP 1.2.6?",
    "Apa yang dimaksud dengan tracer study?",
    "Who is the person in charge of the tracer study report?",
    "How long before lectures start must the course timetable be ready?",
    "What are the steps of changing a study programme?",
    "minimum GPA of graduates of the bachelor's programme",
    "How often are lecturers' performance evaluations carried out?",
    "Who approves the draft standards for learning content?",
    "What is the maximum waiting time of graduates for a job?",
    "berapa biaya UKT per semester?",
    "What is a mid-term exam?",
    "Siapa yang menandatangani formulir evaluasi standar proses pembelajaran?",
)
_REPEATS = 8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, and what is aimed at."""

    name: str
    value: float
    unit: str
    aim: str

    def as_dict(self) -> dict[str, object]:
        """Give it as plain values."""
        return {"name": self.name, "value": round(self.value, 3), "unit": self.unit, "aim": self.aim}


def measure(settings: Settings, *, scale: int, build: bool, progress: Progress) -> list[Figure]:
    """Measure; with ``build`` the index is also built from nothing in a folder of its own (minutes)."""
    figures = []
    if build:
        figures += _measure_building(settings, progress)
    assistant = Assistant.of(settings)
    assistant.open_index(progress)
    seconds, index = _timed(assistant.open_index)
    figures.append(Figure("index loaded", seconds, "s", "1"))
    engine = assistant.engine(index)
    times = answer_times(engine)
    figures += [
        Figure("warm answer, median", statistics.median(times), "ms", "70"),
        Figure("warm answer, 95th percentile", _percentile(times, 0.95), "ms", "120"),
        Figure("resident memory while answering", resident_megabytes(), "MB", "900"),
    ]
    if scale > 1:
        big = scaled(index, scale, assistant.lexicon)
        larger = answer_times(assistant.engine(big))
        ratio = statistics.median(larger) / statistics.median(times)
        figures.append(Figure(f"median at {scale} times the chunks", statistics.median(larger), "ms", "–"))
        figures.append(Figure(f"… as a multiple of the real size ({len(big.facts):,} chunks)", ratio, "×", "3"))
    return figures


def _measure_building(settings: Settings, progress: Progress) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        fresh = settings.model_copy(update={"data": Path(name) / "data", "cache": Path(name) / "cache"})
        assistant = Assistant.of(fresh)
        seconds, index = _timed(lambda: assistant.open_index(progress))
        figures = [Figure(f"index built from nothing ({len(index.facts):,} facts)", seconds, "s", "500")]
        changed = Path(name) / "changed.md"
        document = assistant.library.find("1.2.8")
        text = "\n".join(assistant.library.lines(document.source, document.lines.start, document.lines.end))
        changed.write_text(text.replace("3 days", "5 days") + "\n", encoding="utf-8")
        assistant.library.replace("1.2.8", changed)
        seconds, index = _timed(lambda: assistant.open_index(progress))
        figures.append(Figure(f"one document changed ({index.embedded} facts embedded)", seconds, "s", "5"))
    return figures


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def answer_times(engine: Engine, questions: Sequence[str] = QUESTIONS) -> list[float]:
    """Time whole answers, warm, in milliseconds."""
    for question in questions:
        engine.answer(question)
    return [engine.answer(question).ms for _ in range(_REPEATS) for question in questions]


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def resident_megabytes() -> float:
    """Give this process's resident memory in megabytes; its peak where the system does not tell the present."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def scaled(index: Index, times: int, lexicon: Lexicon) -> Index:
    """Make an index of many times the chunks by perturbing vectors and words; nothing is embedded."""
    random = np.random.default_rng(11)
    vectors, bare = _perturbed(index, times, random)
    facts: list[Fact] = []
    tokens: list[list[str]] = []
    documents: dict[str, Document] = {}
    for copy in range(times):
        mark = f"~{copy}" if copy else ""
        documents |= {f"{key}{mark}": value for key, value in index.documents.items()}
        facts += [replace(fact, document=f"{fact.document}{mark}") for fact in index.facts]
        for words in index.tokens:
            swapped = random.random(len(words)) < (0.3 if copy else 0)
            tokens.append([f"{w}{copy}" if s else w for w, s in zip(words, swapped, strict=True)])
    titles = title_index(documents.values(), lexicon, index.wordings)
    lexical = LexicalIndex.build(tokens)
    return Index(facts, documents, vectors, bare, lexical, titles, tokens, index.model, index.wordings)


def _perturbed(index: Index, times: int, random: np.random.Generator) -> tuple[faiss.Index, Vectors]:
    """Give the index's vectors many times over, all but the first copies moved: the sources', then the wordings'."""
    vectors = faiss.IndexFlatIP(index.vectors.d)
    bare = []
    size, rows = len(index.facts), index.vectors.ntotal
    for first, count in ((0, size), (size, rows - size)):
        passages = index.vectors.reconstruct_n(first, count)
        for copy in range(times):
            spread = 0.15 / np.sqrt(index.vectors.d) * bool(copy)
            for matrix in (passages, index.bare[first : first + count]):
                moved = matrix + random.normal(0, 1, matrix.shape).astype(np.float32) * np.float32(spread)
                moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
                if matrix is passages:
                    vectors.add(moved)
                else:
                    bare.append(moved)
    return vectors, np.concatenate(bare)


def show(figures: Sequence[Figure]) -> None:
    """Print the figures as a table."""
    table = Table("What", "Measured", "Aim (at most, if nothing else is said)")
    for figure in figures:
        aim = f"{figure.aim} {figure.unit}" if figure.aim != "–" else "–"
        table.add_row(figure.name, f"{figure.value:,.2f} {figure.unit}", aim)
    out.print(table)
