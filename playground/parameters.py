"""The parameters of one call, whichever way they came: query string, form, multipart or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from playground.errors import ApiError, bad_request
from playground.files import UPLOAD
from playground.limits import json_parameter

TRUE = frozenset({"true", "1", "yes"})
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


@dataclass
class Parameters:
    """Values as text, as forms send them; a JSON body is brought to the same form."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a text, or `default` where it is absent."""
        return self.values.get(name, default)

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number; refused where it is none, or absent without a default."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_request(f"parameter {name!r} is required")
            return default
        try:
            return int(value)
        except ValueError:
            raise bad_request(f"parameter {name!r} must be an integer") from None

    @property
    def chat_id(self) -> int:
        """The chat that the call is about; a name instead of a number is a chat that is not here."""
        value = self.values.get("chat_id", "")
        if not value:
            raise bad_request("chat_id is empty")
        try:
            return int(value)
        except ValueError:
            raise bad_request("chat not found") from None

    def flag(self, name: str) -> bool:
        """Whether the parameter is there and true."""
        return self.text(name).lower() in TRUE

    def json(self, name: str) -> Any:
        """Return a value that is sent as JSON, or None where it is absent."""
        return json_parameter(name, self.values.get(name))


async def read_parameters(request: web.Request) -> Parameters:
    """Collect the parameters of a request; raises `ApiError` for a body that cannot be read."""
    parameters = Parameters(dict(request.query))
    try:
        await _read_body(request, parameters)
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return parameters


async def _read_body(request: web.Request, parameters: Parameters) -> None:
    if request.content_type == "application/json":
        parameters.values.update(_json_values(await request.read()))
    elif request.content_type == "multipart/form-data":
        await _read_multipart(request, parameters)
    elif request.can_read_body:
        parameters.values.update({name: str(value) for name, value in (await request.post()).items()})


def _json_values(body: bytes) -> dict[str, str]:
    """Return the fields of a JSON object, each as a form would send it."""
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(content, dict):
        raise bad_request("object expected")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in content.items()
        if value is not None
    }


async def _read_multipart(request: web.Request, parameters: Parameters) -> None:
    """Read fields and files of a multipart body."""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("nested multipart bodies are not known")
        content = await _read_part(part)
        if part.filename is None:
            parameters.values[part.name] = content.decode()
        else:
            parameters.uploads[part.name] = Upload(part.filename, content)


async def _read_part(part: BodyPartReader) -> bytes:
    """Read a part to its end, so that the caller hears the refusal, but keep no more than is allowed."""
    content = bytearray()
    size = 0
    while chunk := await part.read_chunk(CHUNK):
        size += len(chunk)
        if size <= UPLOAD:
            content += chunk
    if size > UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return bytes(content)
