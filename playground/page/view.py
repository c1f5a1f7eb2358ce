"""What the chat page is told: the scene, a chat as one person sees it, a message; plain data for JSON."""

from __future__ import annotations

from typing import Any

from playground.chats import OUTSIDE, PrivateChat
from playground.messages import Message, Wire
from playground.people import SHARED, Group, Person
from playground.scene import Scene
from playground.world import World

View = dict[str, Any]

BUTTON_KINDS = {
    "callback_data": "press",
    "url": "link",
    "switch_inline_query_current_chat": "inline",
    "switch_inline_query": "inline",
    "copy_text": "copy",
}
QUOTED_CHARACTERS = 120
SHOWN_MESSAGES = 300


def scene_view(scene: Scene) -> View:
    """Return who and what there is, and how the switches stand."""
    return {
        "bot": {"id": scene.world.bot["id"], "name": scene.world.bot["first_name"], "username": scene.world.username},
        "people": [_person_view(person) for person in scene.people.values()],
        "groups": [_group_view(group) for group in scene.groups.values()],
        "flood": scene.flood is not None,
        "struck": scene.faults.struck.total(),
    }


def chat_view(scene: Scene, person: Person, group: Group | None) -> View:
    """Return a chat as `person` sees it: messages, menu, keyboard, and what may be done."""
    world, chat = scene.world, person.chat if group is None else group.chat
    keyboard = chat.keyboards.get(person.id, {})
    language = str(person.wire.get("language_code", ""))[:2]
    described = world.descriptions
    return {
        "id": chat.id,
        "messages": [message_view(world, message) for message in chat.messages[-SHOWN_MESSAGES:]],
        "menu": person.menu(group),
        "keyboard": person.keyboard(group),
        "placeholder": str(keyboard.get("input_field_placeholder", "")),
        "force_reply": bool(keyboard.get("force_reply")),
        "started": not isinstance(chat, PrivateChat) or chat.started,
        "bot_is_here": chat.bot_status not in OUTSIDE,
        "description": described.get(("description", language)) or described.get(("description", ""), ""),
    }


def message_view(world: World, message: Message) -> View:
    """Return a message; texts are plain, the page makes elements of the entities."""
    wire = message.wire
    return {
        "id": message.id,
        "from": {"id": wire["from"]["id"], "name": wire["from"]["first_name"], "bot": message.from_bot},
        "date": wire["date"],
        "text": message.text,
        "entities": message.entities,
        "reply": _reply_view(wire),
        "rows": [[_button_view(button) for button in row] for row in message.rows],
        "file": _file_view(wire),
        "edited": message.edited,
        "via": world.username if message.via_bot else "",
        "note": _note(wire),
    }


def _person_view(person: Person) -> View:
    return {
        "id": person.id,
        "name": person.wire["first_name"],
        "language": person.wire.get("language_code", ""),
        "about": person.about,
        "blocked": person.has_blocked,
    }


def _group_view(group: Group) -> View:
    outside = group.chat.bot_status in OUTSIDE
    members = [user for user, status in group.chat.members.items() if status not in OUTSIDE]
    return {
        "id": group.id,
        "title": group.chat.wire["title"],
        "members": [user for user in members if user != group.chat.bot_id],
        "bot_is_here": not outside,
        "privacy": group.chat.privacy,
    }


def _reply_view(wire: Wire) -> View | None:
    replied = wire.get("reply_to_message")
    if replied is None:
        return None
    text = str(replied.get("text", replied.get("caption", "…")))
    return {
        "id": replied["message_id"],
        "name": replied["from"]["first_name"],
        "text": text[:QUOTED_CHARACTERS],
    }


def _button_view(button: Wire) -> View:
    """Return a button; data for the bot stay here, the page only names the button."""
    for action, kind in BUTTON_KINDS.items():
        if action in button:
            value = button[action]["text"] if kind == "copy" else button[action]
            return {"text": button["text"], "kind": kind, "value": "" if kind == "press" else str(value)}
    return {"text": button["text"], "kind": "unknown", "value": ""}


def _file_view(wire: Wire) -> View | None:
    """Return a document or a photo with the address from which the page loads it."""
    if "document" in wire:
        document = wire["document"]
        size = document.get("file_size", 0)
        return {"name": document["file_name"], "size": size, "url": f"/page/file/{document['file_id']}"}
    if "photo" in wire:
        photo = wire["photo"][-1]
        return {
            "name": "",
            "size": photo.get("file_size", 0),
            "url": f"/page/file/{photo['file_id']}",
            "width": photo["width"],
            "height": photo["height"],
        }
    return None


def _note(wire: Wire) -> View | None:
    """Return what a message is that is neither text nor file: who came or went, or a shared thing."""
    for user in wire.get("new_chat_members", []):
        return {"kind": "joined", "name": user["first_name"]}
    if "left_chat_member" in wire:
        return {"kind": "left", "name": wire["left_chat_member"]["first_name"]}
    for kind in SHARED.keys() - {"photo", "document"}:
        if kind in wire:
            return {"kind": kind, "name": ""}
    return None
