"""What a form of a case's page brought, and how it is handed back: nothing that was written is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from web.form_fields import read_key, read_text
from web.guards import limited
from web.templating import page, say
from web.uploads import Upload, read_uploads

_FILES_READ, _FIELDS_READ = 50, 20


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a form brought: its fields, and the files with what is wrong with them."""

    fields: Mapping[str, str]
    uploads: Sequence[Upload] = ()
    wrong_files: Sequence[str] = ()

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def words(self) -> str:
        """What was written, whichever form it was."""
        return self["text"] or self["objection"] or self["comment"]


async def read_sent(request: Request, most: int) -> Sent:
    """The form in a body of at most so many bytes. Raises TooLargeError."""
    body = Request(request.scope, limited(request.receive, most))
    async with body.form(max_files=_FILES_READ, max_fields=_FIELDS_READ) as form:
        uploads, wrong = await read_uploads(form.getlist("files"))
        return Sent(
            fields={name: read_text(value) for name, value in form.items()},
            uploads=uploads,
            wrong_files=wrong,
        )


def given_again(sent: Sent) -> Mapping[str, str]:
    """What was typed, for the form that is shown again: a repetition keeps its key (V1)."""
    kept = {name: sent[name] for name in ("text", "objection", "score", "comment") if sent[name]}
    key = read_key(sent["key"])
    return kept | {"add_key": key} if "text" in sent.fields else kept | {"object_key": key}


def once_more(trouble: str, sent: Sent, status: int) -> Response:
    """The two fields again, with what was written beside them: nothing that somebody wrote is thrown away."""
    return page(
        "status_form.html", status=status, number="", trouble=say("status", trouble), words=sent.words
    )
