"""Steps by their place: the next one, the one before, the third, in the order of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.language import Language
from index.built import Index
from index.compose import Composer, Draft, part_of
from index.facts import STEP_KINDS, Fact
from index.question import Asked
from index.topic import Topic
from index.wording import LABELS


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step's answer, and the stand-alone question that it answers (``Langkah 3: Cuti Akademik``)."""

    draft: Draft
    question: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Tells steps by their place."""

    index: Index
    composer: Composer

    def cited(self, topic: Topic) -> list[Fact]:
        """Give the steps that stand at the topic's first place that has any, of one kind and document, in order."""
        for source, start, end in topic.places:
            found = [
                fact
                for fact in self.index.facts
                if fact.kind in STEP_KINDS
                and fact.source == source
                and start <= fact.lines.end
                and fact.lines.start <= end
            ]
            if found:
                return [f for f in found if f.kind is found[0].kind and f.document == found[0].document]
        return []

    def on(self, cited: Sequence[Fact], language: Language, move: int) -> StepTold:
        """Tell the step ``move`` steps after the last cited one (before the first, if negative).

        Past the last step it says so and tells the last one.
        """
        steps = [fact for fact in self.index.by_document[cited[0].document] if fact.kind is cited[0].kind]
        place = steps.index(cited[-1] if move > 0 else cited[0]) + move
        if 0 <= place < len(steps):
            return self._told(steps[place], steps, language)
        note = LABELS[language]["last_step" if move > 0 else "first_step"]
        return self._told(steps[min(max(place, 0), len(steps) - 1)], steps, language, note)

    def number(self, cited: Sequence[Fact], language: Language, number: int) -> StepTold:
        """Tell a step of the cited procedure's part by its number, from 1; past the last it says how many there are."""
        same = [fact for fact in self.index.by_document[cited[0].document] if fact.kind is cited[0].kind]
        steps = [fact for fact in same if part_of(fact) == part_of(cited[0])]
        if 1 <= number <= len(steps):
            return self._told(steps[number - 1], steps, language)
        return self._told(steps[-1], steps, language, LABELS[language]["only_steps"].format(count=len(steps)))

    def _told(self, step: Fact, steps: Sequence[Fact], language: Language, note: str = "") -> StepTold:
        """Say one of several steps, with its number within its part."""
        part = [fact for fact in steps if part_of(fact) == part_of(step)]
        title = self.composer.say(language)(step.title)
        number, word = part.index(step) + 1, LABELS[language]["step"]
        lines = [note, f"{word} {number}/{len(part)} — {title}:", self.composer.step_line(step, language)]
        text = "\n".join(line for line in lines if line)
        return StepTold(Draft(text, [step], Asked.STEPS), f"{word} {number}: {title}")
