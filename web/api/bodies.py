"""Bodies that are JSON, or the same JSON as one part beside photos."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.datastructures import UploadFile
from starlette.requests import Request

from web.api.problems import FieldFault, ProblemError, invalid_model
from web.guards import limited
from web.uploads import BODY_BYTES, Upload, read_uploads

JSON_BYTES = 256 * 1024
PHOTOS = "photos"
_MOST_PARTS = 50
_Model = TypeVar("_Model", bound=BaseModel)


async def read_body(request: Request, model: type[_Model], part: str) -> tuple[_Model, list[Upload]]:
    """What was sent, checked. Raises ProblemError for what it is not."""
    if _media_type(request) != "multipart/form-data":
        return await read_json(request, model), []
    return await _read_form(request, model, part)


async def read_json(request: Request, model: type[_Model]) -> _Model:
    """The same of a call that takes no files."""
    if _media_type(request) != "application/json":
        raise ProblemError(415, "media_type")
    return _checked(model, await Request(request.scope, limited(request.receive, JSON_BYTES)).body())


async def _read_form(request: Request, model: type[_Model], part: str) -> tuple[_Model, list[Upload]]:
    body = Request(request.scope, limited(request.receive, BODY_BYTES))
    async with body.form(max_files=_MOST_PARTS, max_fields=_MOST_PARTS, max_part_size=JSON_BYTES) as form:
        said = form.get(part)
        text = await said.read(JSON_BYTES + 1) if isinstance(said, UploadFile) else (said or "").encode()
        given = _checked(model, text)
        uploads, wrong = await read_uploads(form.getlist(PHOTOS))
    if wrong:
        raise ProblemError(422, "invalid", [FieldFault(field=PHOTOS, message=each) for each in wrong])
    return given, uploads


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _checked(model: type[_Model], body: bytes) -> _Model:
    try:
        value = from_json(body)
    except ValueError:
        raise ProblemError(400, "unreadable") from None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid_model(error) from None


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """How OpenAPI describes the body of a call that takes no files."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    return {"requestBody": {"required": True, "content": content}}


def body_schema(model: type[BaseModel], part: str) -> dict[str, Any]:
    """How OpenAPI describes both forms of the body."""
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    photos = {"type": "array", "maxItems": 5, "items": {"type": "string", "format": "binary"}}
    both = {"type": "object", "required": [part], "properties": {part: reference, PHOTOS: photos}}
    encoding = {part: {"contentType": "application/json"}, PHOTOS: {"contentType": "image/*"}}
    content = {
        "application/json": {"schema": reference},
        "multipart/form-data": {"schema": both, "encoding": encoding},
    }
    return {"requestBody": {"required": True, "content": content}}
