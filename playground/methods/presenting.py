"""How the bot presents itself: commands by scope and language, names and descriptions by language."""

from __future__ import annotations

from playground import limits
from playground.commands import Key, Menu, read_menu, read_scope
from playground.errors import bad_request
from playground.messages import Event, Wire
from playground.parameters import Parameters
from playground.world import World


class Presenting:
    """setMyCommands, setMyDescription and their kin."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def set_my_commands(self, parameters: Parameters) -> bool:
        """setMyCommands: for a scope and a language."""
        key = _key(parameters)
        self._world.commands[key] = read_menu(parameters.json("commands"))
        self._world.watch(Event("changed"))
        return True

    async def get_my_commands(self, parameters: Parameters) -> Menu:
        """getMyCommands: exactly those set for the scope and the language."""
        return self._world.commands.get(_key(parameters), [])

    async def delete_my_commands(self, parameters: Parameters) -> bool:
        """deleteMyCommands: for a scope and a language."""
        self._world.commands.pop(_key(parameters), None)
        self._world.watch(Event("changed"))
        return True

    async def set_my_name(self, parameters: Parameters) -> bool:
        """setMyName: what the bot is called."""
        return self._describe("name", parameters, limits.NAME)

    async def get_my_name(self, parameters: Parameters) -> Wire:
        """getMyName: for a language."""
        name = self._described("name", parameters)
        return name if name["name"] else {"name": self._world.bot["first_name"]}

    async def set_my_description(self, parameters: Parameters) -> bool:
        """setMyDescription: what an empty chat shows."""
        return self._describe("description", parameters, limits.DESCRIPTION)

    async def get_my_description(self, parameters: Parameters) -> Wire:
        """getMyDescription: for a language."""
        return self._described("description", parameters)

    async def set_my_short_description(self, parameters: Parameters) -> bool:
        """setMyShortDescription: what the profile shows."""
        return self._describe("short_description", parameters, limits.SHORT_DESCRIPTION)

    async def get_my_short_description(self, parameters: Parameters) -> Wire:
        """getMyShortDescription: for a language."""
        return self._described("short_description", parameters)

    def _describe(self, kind: str, parameters: Parameters, longest: int) -> bool:
        text = parameters.text(kind)
        if len(text) > longest:
            raise bad_request(f"{kind.replace('_', ' ')} is too long")
        self._world.descriptions[kind, limits.language_code(parameters.text("language_code"))] = text
        self._world.watch(Event("changed"))
        return True

    def _described(self, kind: str, parameters: Parameters) -> Wire:
        """Return the text for the language, or else the one for all."""
        code = limits.language_code(parameters.text("language_code"))
        kept = self._world.descriptions
        return {kind: kept.get((kind, code)) or kept.get((kind, ""), "")}


def _key(parameters: Parameters) -> Key:
    """Scope and language under which commands are kept."""
    return read_scope(parameters.json("scope")), limits.language_code(parameters.text("language_code"))
