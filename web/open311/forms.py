"""Posts as clients send them: urlencoded or multipart, photos under any name, attributes in brackets."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request

from web.callers import Caller, allowed_origin, caller
from web.form_fields import read_text
from web.guards import limited
from web.open311.rendering import Open311Error
from web.services import services
from web.uploads import BODY_BYTES, Upload, read_uploads

_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST_PARTS = 200
_LONGEST_FIELD = 20_000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[\])?")


@dataclass(frozen=True, kw_only=True)
class Post:
    """One post: the first value of each field, every value of those that repeat, the files beside them."""

    fields: Mapping[str, str]
    attributes: Mapping[str, Sequence[str]]
    media_urls: Sequence[str]
    uploads: Sequence[Upload]
    caller: Caller

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


async def read_post(request: Request) -> Post:
    """The post of somebody whose key counts. Raises Open311Error 400 or 403, TooLargeError."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        raise Open311Error(400, "unreadable")
    body = Request(request.scope, limited(request.receive, BODY_BYTES))
    async with body.form(max_files=_MOST_PARTS, max_fields=_MOST_PARTS, max_part_size=1024 * 1024) as form:
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        who = _caller(request, dict(pairs).get("api_key") or request.query_params.get("api_key", ""))
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        uploads, faults = await read_uploads(files)
    if faults:
        raise Open311Error(400, "files", faults=" ".join(faults))
    return _post(pairs, uploads, who, request.query_params.get("jurisdiction_id", ""))


def _caller(request: Request, key: str) -> Caller:
    served = services(request)
    who = caller(served, key)
    if who is None:
        raise Open311Error(403, "key")
    if not allowed_origin(request, served, who.settings):
        raise Open311Error(403, "origin")
    return who


def _post(
    pairs: Sequence[tuple[str, str]], uploads: Sequence[Upload], who: Caller, jurisdiction: str
) -> Post:
    fields: dict[str, str] = {"jurisdiction_id": jurisdiction} if jurisdiction else {}
    attributes: defaultdict[str, list[str]] = defaultdict(list)
    media: list[str] = []
    for name, value in pairs:
        text = read_text(value)
        if len(text) > _LONGEST_FIELD:
            raise Open311Error(400, "field_long", name=name[:40])
        if found := _ATTRIBUTE.fullmatch(name):
            attributes[read_text(found[1])].append(text)
        elif name in ("media_url", "media_url[]"):
            media += [text] if text else []
        else:
            fields.setdefault(name, text)
    check_jurisdiction(fields.get("jurisdiction_id", ""), who.settings.jurisdiction_id)
    return Post(
        fields=fields,
        attributes=attributes,
        media_urls=tuple(dict.fromkeys(media)),
        uploads=uploads,
        caller=who,
    )


def check_jurisdiction(given: str, ours: str) -> None:
    """Raise Open311Error 404 for another one than ours; none is needed, since there is only one."""
    if given and ours and given != ours:
        raise Open311Error(404, "jurisdiction")
