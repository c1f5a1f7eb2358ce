"""A process that is killed in the middle of a survey loses no answer, and the next one asks nothing twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from survey_stage import SITI

KILLS = 4
ROOT = Path(__file__).parents[2]
ANSWERING = """
import asyncio, sys
from pathlib import Path
from store.desk import Desk
from survey_stage import SITI, SurveyStage, fitting

async def main(path, interview, life):
    stage = SurveyStage(path)
    desk = Desk(stage.store)
    outcome = await desk.run(lambda: stage.interviewing.where(interview, SITI))
    while outcome.step is not None:
        question = next(one for one in outcome.step.questions if one.name not in outcome.step.given)
        update = f"{life}:{question.name}"
        outcome = await desk.run(
            lambda: stage.interviewing.answer(interview, SITI, question.name, fitting(question), update)
        )
        print(question.name, flush=True)

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
"""


def test_no_answer_is_lost_and_no_question_repeated_when_the_process_is_killed(stage):
    interview = stage.started(stage.campaign())
    told: list[str] = []
    draw = random.Random(6)  # noqa: S311 - where to kill, no secret
    for life in range(KILLS):
        told += _live(stage.path, interview.id, life, draw.randint(1, 6))
        stage.restart()
        kept = stage.store.interviews.answers(interview.id)
        assert set(told) <= set(kept)
        step = stage.interviewing.where(interview.id, SITI).step
        assert step is not None
        assert not set(step.names) <= set(kept)
    told += _live(stage.path, interview.id, KILLS, 1_000)
    stage.restart()
    assert stage.interviewing.where(interview.id, SITI).step is None
    assert len(told) == len(set(told))


def _live(path: Path, interview: int, life: int, lines: int) -> list[str]:
    """Let a process answer until it has told so many answers, and kill it; return what it told."""
    process = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", ANSWERING, str(path), str(interview), str(life)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(Path(__file__).parent)))},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = [line.strip() for _, line in zip(range(lines), process.stdout, strict=False)]
    process.kill()
    return told + [line.strip() for line in process.communicate()[0].splitlines()]
