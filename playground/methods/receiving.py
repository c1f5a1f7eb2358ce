"""How the bot receives: itself, polling, webhook, files."""

from __future__ import annotations

from playground.errors import bad_request
from playground.messages import Wire
from playground.parameters import Parameters
from playground.updates import AT_ONCE, LONGEST_POLL
from playground.webhook import CONNECTIONS, WebhookSettings
from playground.world import World


class Receiving:
    """Bot API, "Getting updates", getMe and getFile."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def get_me(self, _: Parameters) -> Wire:
        """getMe: the bot itself."""
        return {
            **self._world.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }

    async def get_updates(self, parameters: Parameters) -> list[Wire]:
        """getUpdates: long polling; see `Updates.poll`."""
        limit = parameters.number("limit", AT_ONCE)
        timeout = min(max(parameters.number("timeout", 0), 0), LONGEST_POLL)
        updates = self._world.updates
        if not updates.webhook_is_set:
            updates.allow(_kinds(parameters))
        return await updates.poll(
            parameters.number("offset", 0), limit if 1 <= limit <= AT_ONCE else AT_ONCE, float(timeout)
        )

    async def set_webhook(self, parameters: Parameters) -> bool:
        """setWebhook: deliver to a loopback address from now on; an empty address removes the webhook."""
        url = parameters.text("url")
        if not url:
            return await self.delete_webhook(parameters)
        settings = WebhookSettings(
            url, parameters.text("secret_token"), parameters.number("max_connections", CONNECTIONS)
        )
        self._world.updates.allow(_kinds(parameters))
        if parameters.flag("drop_pending_updates"):
            self._world.updates.clear()
        await self._world.delivery.begin(settings)
        return True

    async def delete_webhook(self, parameters: Parameters) -> bool:
        """deleteWebhook: back to polling; forgets waiting updates if asked to."""
        await self._world.delivery.end()
        if parameters.flag("drop_pending_updates"):
            self._world.updates.clear()
        return True

    async def get_webhook_info(self, _: Parameters) -> Wire:
        """getWebhookInfo: where updates go, how many wait, and what went wrong last."""
        info: Wire = {"url": "", "has_custom_certificate": False}
        info["pending_update_count"] = len(self._world.updates.waiting)
        if (webhook := self._world.delivery.webhook) is not None:
            info |= {"url": webhook.settings.url, "max_connections": webhook.settings.connections}
            info["allowed_updates"] = sorted(self._world.updates.allowed)
            if webhook.errors:
                info |= {"last_error_date": int(webhook.last_error_at), "last_error_message": webhook.last_error}
        return info

    async def get_file(self, parameters: Parameters) -> Wire:
        """getFile: where to download a file of at most 20 MB."""
        file_id = parameters.text("file_id")
        if not file_id:
            raise bad_request("file_id not specified")
        file = self._world.files.for_download(file_id)
        return {
            "file_id": file.id,
            "file_unique_id": f"u{file.id}",
            "file_size": len(file.content),
            "file_path": file.path,
        }


def _kinds(parameters: Parameters) -> list[str] | None:
    """The kinds of updates that the bot wants; None: as before."""
    kinds = parameters.json("allowed_updates")
    if kinds is not None and not (isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds)):
        raise bad_request("can't parse allowed updates list JSON object")
    return kinds
