"""The words of a notice, from its templates: `templates/<template>/<medium>[.<variant>].<part>`.

Parts are `subject`, `txt` and `html` for e-mail, `subject` and `txt` for letters, `txt` for the rest. Notices
to units have one variant for each degree of confidentiality. A folder of the deployment may hold changed
texts under the same names; texts are read once in a process.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    nodes,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.errors import DeskError, NotConfiguredError, TextAtFaultError
from domain.notices import Rendered
from domain.vocabulary import Confidentiality, Medium, Template
from notifier.filters import FILTERS, oneline
from notifier.visibility import UNIT_TEMPLATES, variant_of, visible

SHIPPED = Path(__file__).parent / "templates"
MEDIA: Mapping[Template, tuple[Medium, ...]] = {
    Template.RECEIVED: (Medium.EMAIL, Medium.SMS, Medium.CHAT, Medium.LETTER),
    Template.MESSAGE_ADDED: (Medium.EMAIL, Medium.SMS, Medium.CHAT, Medium.LETTER),
    Template.ROUTED_TO_UNIT: (Medium.EMAIL,),
    Template.UNIT_ALERT: (Medium.SMS,),
    Template.TOO_LARGE: (Medium.EMAIL,),
    Template.OPTED_OUT: (Medium.SMS, Medium.CHAT),
    Template.CHANNEL_HEALTH: (Medium.EMAIL,),
    Template.UNIT_UNREACHABLE: (Medium.EMAIL,),
    Template.FILE_WITHHELD: (Medium.EMAIL,),
    Template.VERIFICATION_CODE: (Medium.SMS,),
    Template.PUBLIC_INVITATION: (Medium.PUBLIC,),
    Template.TRAINING_ADVISED: (Medium.EMAIL,),
    Template.MODEL_DRIFTS: (Medium.EMAIL,),
    Template.MODEL_DAMAGED: (Medium.EMAIL,),
    Template.OUTCOME: (Medium.EMAIL, Medium.SMS, Medium.CHAT, Medium.LETTER),
    Template.INCIDENT_GROWN: (Medium.EMAIL,),
    Template.FORWARDED: (Medium.EMAIL, Medium.SMS, Medium.CHAT, Medium.LETTER),
    Template.OUT_OF_SCOPE: (Medium.EMAIL, Medium.SMS, Medium.CHAT, Medium.LETTER),
    Template.RULE_FAULT: (Medium.EMAIL,),
    Template.REVIEW_WAITING: (Medium.EMAIL,),
    Template.MONTHLY_REPORT: (Medium.EMAIL,),
    Template.STILL_IN_WORK: (Medium.EMAIL, Medium.SMS, Medium.CHAT),
    Template.UNIT_DEADLINES: (Medium.EMAIL,),
    Template.TIME_EXTENDED: (Medium.EMAIL, Medium.SMS, Medium.CHAT, Medium.LETTER),
    Template.WAITS_TOO_LONG: (Medium.EMAIL,),
    Template.CREDENTIAL_ENDS: (Medium.EMAIL,),
    Template.UNIT_DIGEST: (Medium.EMAIL,),
    Template.CITIZEN_ADDED: (Medium.EMAIL,),
    Template.UNIT_REPLY: (Medium.EMAIL,),
    Template.CRM_TROUBLE: (Medium.EMAIL,),
    Template.DIGEST: (Medium.EMAIL, Medium.SMS, Medium.CHAT),
    Template.OBJECTED: (Medium.EMAIL,),
    Template.LOST_NUMBERS: (Medium.EMAIL, Medium.SMS),
}
_PARTS = {
    Medium.EMAIL: ("subject", "txt", "html"),
    Medium.SMS: ("txt",),
    Medium.CHAT: ("txt",),
    Medium.LETTER: ("subject", "txt"),
    Medium.PUBLIC: ("txt",),
}
_IN_A_BOX = ("number", "security_number")


def render(
    template: Template, medium: Medium, values: Mapping[str, Any], *, folder: Path | None = None
) -> Rendered:
    """The notice in words; `folder` holds the deployment's changed texts, if there are any.

    Raises NotConfiguredError where the notice has no text for the medium, and TextAtFaultError where a text
    is at fault or asks for a value that there is not; it names the file and the value, and never holds a
    value's content.
    """
    variant = variant_of(template, values)
    shown = visible(values, variant)
    files = _files(template, medium, variant)
    for name in files.values():
        _refuse_unknown(name, shown, folder)
    parts = {part: _rendered(name, shown, folder) for part, name in files.items()}
    if medium is Medium.SMS:
        return Rendered(text=oneline(parts["txt"]))
    if medium is Medium.CHAT:
        return Rendered(text=parts["txt"].strip())
    if medium is Medium.PUBLIC:
        return Rendered(text=oneline(parts["txt"]))
    if medium is Medium.LETTER:
        facts = {name: str(shown[name]) for name in _IN_A_BOX if shown.get(name)}
        return Rendered(text=parts["txt"].strip(), subject=oneline(parts["subject"]), facts=facts)
    return Rendered(
        text=parts["txt"].strip() + "\n", subject=oneline(parts["subject"]), html=parts["html"].strip() + "\n"
    )


def variants(template: Template) -> tuple[Confidentiality | None, ...]:
    """The variants a notice's texts come in; one nameless variant for notices to citizens."""
    return tuple(Confidentiality) if template in UNIT_TEMPLATES else (None,)


def required_values(
    template: Template,
    medium: Medium,
    variant: Confidentiality | None = None,
    *,
    folder: Path | None = None,
) -> set[str]:
    """The names of the values the notice needs: of one variant, or of all where none is given.

    A value that is not known is given as an empty text. Raises NotConfiguredError as `render` does.
    """
    wanted = [variant] if variant else variants(template)
    files = [name for v in wanted for name in _files(template, medium, v).values()]
    asked = {"confidentiality"} if template in UNIT_TEMPLATES else set()
    return asked.union(*(_undeclared(name, folder) for name in files))


def stem(template: Template, medium: Medium, variant: Confidentiality | None) -> str:
    """What the files of one text of a notice are called, but for their parts: `unit_alert/sms.public`."""
    return f"{template}/{medium}" + (f".{variant}" if variant else "")


def labels(table: str, *, folder: Path | None = None) -> dict[str, str]:
    """A table of names that notices share, such as `CHANNELS`, from `labels.jinja`.

    Raises NotConfiguredError where the deployment's own file lacks it or is at fault.
    """
    try:
        return dict(getattr(_environment(folder).get_template("labels.jinja").module, table))
    except (TemplateError, AttributeError, TypeError, ValueError) as error:
        raise NotConfiguredError(f"labels.jinja has no {table}: {type(error).__name__}") from error


def _files(template: Template, medium: Medium, variant: Confidentiality | None) -> dict[str, str]:
    if medium not in MEDIA[template]:
        raise NotConfiguredError(f"the notice {template} has no text for {medium}")
    return {part: f"{stem(template, medium, variant)}.{part}" for part in _PARTS[medium]}


def _refuse_unknown(name: str, values: Mapping[str, Any], folder: Path | None) -> None:
    asking = _undeclared(name, folder)
    missing = sorted(asking.keys() - values.keys())
    if missing:
        file = asking[missing[0]]
        lacking = [each for each in missing if asking[each] == file]
        raise TextAtFaultError(file, f"there is no {', '.join(lacking)}")


def _rendered(name: str, values: Mapping[str, Any], folder: Path | None) -> str:
    try:
        return _environment(folder).get_template(name).render(values)
    except TemplateError as error:
        raise _at_fault(name, error) from error
    except Exception as error:  # an operator's template can do anything; what it says may hold a value
        raise TextAtFaultError(name, type(error).__name__) from None


@cache
def _undeclared(name: str, folder: Path | None) -> Mapping[str, str]:
    """The values that a text and all that it includes ask for, each with the file that does."""
    environment = _environment(folder)
    try:
        source, _, _ = _loader(environment).get_source(environment, name)
        tree = environment.parse(source, name)
        own = dict.fromkeys(meta.find_undeclared_variables(tree) - _imported(tree), name)
        for other in filter(None, meta.find_referenced_templates(tree)):
            own |= _undeclared(other, folder)
    except DeskError:
        raise
    except Exception as error:  # no value is known here: bytes that are no UTF-8, a text that includes itself
        raise _at_fault(name, error) from error
    return own


def _at_fault(name: str, error: Exception) -> TextAtFaultError:
    if isinstance(error, TemplateSyntaxError):
        return TextAtFaultError(name, f"line {error.lineno}: {error.message}")
    if isinstance(error, TemplateNotFound):
        return TextAtFaultError(name, f"there is no file {error.name}")
    return TextAtFaultError(name, str(error) or type(error).__name__)


def _imported(tree: nodes.Template) -> set[str]:
    # Jinja's own finder does not see that a block may use what stands imported at the top of its file.
    names = [name for node in tree.find_all(nodes.FromImport) for name in node.names]
    return {name if isinstance(name, str) else name[1] for name in names}


def _loader(environment: Environment) -> FileSystemLoader:
    loader = environment.loader
    assert isinstance(loader, FileSystemLoader)  # noqa: S101 - tells mypy what _environment builds
    return loader


@cache
def _environment(folder: Path | None) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([*([folder] if folder else []), SHIPPED]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    return environment
