"""All that is played, without the network: the bot's world, the people, the groups, the switches."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from playground.chats import GroupChat
from playground.faults import EVERY_METHOD, Fault, Faults
from playground.flood import FloodLimits
from playground.messages import Event, Message, Wire
from playground.people import Group, Person
from playground.world import World

FIRST_PERSON = 5_000_000_001
FIRST_GROUP = -1_001_000_000_001


class Scene:
    """People and groups around one bot; `flood` switches Telegram's flood limits on."""

    def __init__(self, bot: Wire, flood: FloodLimits | None, clock: Callable[[], float] = time.time) -> None:
        self.world = World(bot, clock, flood)
        self.faults = Faults()
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self._person_ids = itertools.count(FIRST_PERSON)
        self._group_ids = itertools.count(FIRST_GROUP, -1)

    @property
    def flood(self) -> FloodLimits | None:
        """The flood limits; None where they are off. May be set at any time."""
        return self.world.flood

    @flood.setter
    def flood(self, limits: FloodLimits | None) -> None:
        self.world.flood = limits

    def person(self, name: str, language: str | None = "id", *, username: str | None = None, about: str = "") -> Person:
        """Somebody new, with a phone in this language (None: the phone does not say).

        `about` is shown on the page beside the name.
        """
        wire: dict[str, Any] = {"id": next(self._person_ids), "is_bot": False, "first_name": name}
        wire |= {"username": username} if username else {}
        wire |= {"language_code": language} if language else {}
        person = Person(self.world, wire, about)
        self.people[person.id] = person
        self.world.watch(Event("changed"))
        return person

    def group(self, title: str, members: Iterable[Person] = (), *, privacy: bool = True) -> Group:
        """Return a new group with the bot in it; the first member owns it. Nobody is told of this."""
        wire = {"id": next(self._group_ids), "type": "supergroup", "title": title}
        group = Group(self.world, GroupChat(wire, int(self.world.bot["id"]), privacy=privacy))
        for position, person in enumerate(members):
            group.chat.members[person.id] = "member" if position else "creator"
        self.groups[group.id] = group
        self.world.watch(Event("changed"))
        return group

    def inject(self, fields: Wire) -> None:
        """Give the bot an update with these fields, however odd: for what no person of the scene would do."""
        self.world.updates.force(fields)

    def messages(self, chat_id: int) -> list[Message]:
        """Everything in a chat as it stands now."""
        return self.world.chats[chat_id].messages

    def fail(self, method: str, **how: Any) -> None:
        """Let the next calls of `method` fail; see `Fault` for how."""
        self.faults.add(Fault(method, **how))

    def fail_share(
        self, rate: float, kinds: Sequence[Fault] | None = None, *, method: str = EVERY_METHOD, seed: int = 0
    ) -> None:
        """Let a share of all calls of `method` fail, chosen by `seed`, until ``faults.clear()``.

        Without `kinds`: before their effect, by 500, 429 and a refused connection, each equally often.
        """
        self.faults.reseed(seed)
        self.faults.add_share(rate, kinds or before_effect(method))


def before_effect(method: str = EVERY_METHOD) -> list[Fault]:
    """What fails before it had an effect: a 500, a 429, a refused connection."""
    return [Fault(method, status=500), Fault(method, status=429), Fault(method, refuse=True)]


def after_effect(method: str = EVERY_METHOD, late: float = 30.0) -> list[Fault]:
    """What is accepted and then goes wrong: the answer is lost, or comes `late` seconds late."""
    return [Fault(method, drop=True, after_effect=True), Fault(method, delay=late, after_effect=True)]
