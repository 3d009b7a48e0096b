"""Every setting of a deployment, from the environment, `.env`, or `NAME_FILE` for secrets.

Only process-wide settings live here; a channel's own (mailbox, gateway account) is a row: `config.accounts`.
"""

from email.utils import parseaddr
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.secret_files import SecretFiles, read_or_make_secrets
from config.sockets import postgres_url, socket_folder, valkey_url
from config.staff import StaffToken, read_staff_tokens
from domain.errors import NotConfiguredError
from domain.text import by_comma

ISTANBUL = ZoneInfo("Europe/Istanbul")
_PLACEHOLDERS = {"", "changeme", "change-me", "secret", "placeholder"}
SECRET_NAMES = ("credential_keys", "token_key", "session_key")
STAFF_FILE = "staff_token"
"""Under `var/secrets`: the token of the one operator a developer's machine has."""


class Environment(StrEnum):
    """Where the program runs; only development shows the outbox and makes its own secrets."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """The deployment's settings. Raises NotConfiguredError, naming the variable, where one is missing."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    environment: Environment = Environment.DEVELOPMENT
    var_dir: Path = Path("var")
    database_url: str | None = Field(default=None, description="PostgreSQL; embedded when empty")
    redis_url: str | None = Field(default=None, description="Redis or Valkey; embedded when empty")
    web_host: str = "127.0.0.1"
    web_port: int = 8153
    public_url: str = Field(default="", description="where citizens and providers reach the web process")
    trusted_proxies: str = Field(default="127.0.0.1", description="whose X-Forwarded-For is believed")
    form_captcha: bool = Field(default=False, description="whether the web form asks for a proof of work")
    instance: str = Field(default="beyazmasa", description="names this desk in loop headers and message ids")
    log_level: str = "INFO"

    credential_keys: SecretStr = Field(
        default=SecretStr(""), description="Fernet keys, newest first, by comma"
    )
    token_key: SecretStr = Field(default=SecretStr(""), description="signs thread tokens and unit links")
    session_key: SecretStr = Field(default=SecretStr(""), description="signs sessions and CSRF tokens")
    staff_tokens: SecretStr = Field(
        default=SecretStr(""), description="who of the staff may log in: id:role:token, by comma"
    )

    mail_from: str = "Beyaz Masa <beyazmasa@buyuksehir.example>"
    reply_address: str = Field(
        default="", description="where units' answers come in, MAIL_FROM when empty; must take local+mark@"
    )
    unit_reply_days: int = Field(default=180, ge=1, description="how long units may answer by e-mail")
    unit_link_days: int = Field(default=30, ge=1, description="how long units' one-click pages count")
    unit_attached_mb: int = Field(default=10, ge=0, description="of files that go with a mail to a unit")
    smtp_host: str = Field(default="", description="outgoing mail server; console transport when empty")
    smtp_port: int = 587
    smtp_security: str = Field(default="starttls", pattern="^(starttls|tls|none)$")
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_ca_file: Path | None = Field(default=None, description="authority of the mail server's certificate")
    smtp_bounce_address: str = Field(default="", description="where bounces of notices are sent back to")
    notice_folder: Path | None = Field(default=None, description="changed notice texts; see docs/notices.md")
    print_folder: Path | None = Field(default=None, description="where letters wait; VAR_DIR/yazdir if empty")
    operator_email: str = Field(default="", description="who is told when a channel fails or recovers")
    sms_account: str = Field(default="", description="name of the SMS account notices leave by")
    quiet_from: int = Field(default=22, ge=0, le=23)
    quiet_until: int = Field(default=8, ge=0, le=23)
    notices_a_day: int = Field(
        default=10, ge=1, description="messages to a citizen's address; more waits a night"
    )

    clamd: str = Field(default="", description="virus scanner: unix:/path or host:port; none when empty")
    clamd_minutes: int = Field(default=10, ge=0, description="how long messages wait for an absent scanner")
    duplicate_hours: int = Field(default=72, ge=0, description="how long a citizen's same report is offered")
    incident_hours: int = Field(default=24, ge=0, description="how long others' reports join one incident")
    incident_high_from: int = Field(default=10, ge=0, description="citizens that make an incident urgent")
    incident_mails: int = Field(
        default=3, ge=1, description="cases of an incident a unit gets a mail each for"
    )
    near_metres: int = Field(default=250, ge=10, description="how far apart the same place may be told")

    reviewer: str = Field(default="", description="who reviews from the terminal; the system's user if empty")
    restricted_reviewers: str = Field(default="", description="who may review restricted cases, by comma")
    review_claim_minutes: int = Field(default=15, ge=1, description="how long a reviewer has a case in hand")
    review_undo_minutes: int = Field(default=10, ge=0, description="how long a decision may be undone")
    review_hold_seconds: int = Field(default=60, ge=0, description="how long a reviewed case's mail can wait")
    review_alarm_hours: int = Field(default=4, ge=1, description="after which a wait for review is told")

    forwarded_notice_hours: int = Field(
        default=48, ge=1, description="after which a citizen hears of the work"
    )
    acceptance_hours: int = Field(
        default=24, ge=0, description="office hours in which a unit accepts a case, 0: nobody is reminded"
    )
    escalation_days: int = Field(default=2, ge=1, description="working days from one unit above to the next")
    objection_days: int = Field(
        default=30, ge=1, description="how long citizens may object to an answer, and rate it"
    )

    turnaround_days: int = Field(
        default=90, ge=7, le=730, description="whose closings tell how long topics take"
    )
    turnaround_least: int = Field(default=30, ge=5, description="closings a topic needs for that")

    report_day: int = Field(
        default=3, ge=1, le=28, description="day of the month reports are made and mailed"
    )
    report_hour: int = Field(default=7, ge=0, le=23, description="from which hour of that day")
    report_emails: str = Field(default="", description="who gets the city's monthly report, by comma")
    report_outside: bool = Field(default=False, description="whether bodies outside are mailed theirs, too")

    crm_source: str = Field(default="", description="who events for CRMs come from; our API's URL if empty")
    crm_type_prefix: str = Field(
        default="example.buyuksehir.beyazmasa",
        pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$",
        description="what the types of events begin with: a domain of yours, turned round",
    )
    crm_networks: str = Field(default="", description="networks CRMs may be called in though not public")
    crm_pause_days: int = Field(default=3, ge=1, description="of failures after which a CRM is paused")
    crm_keep_days: int = Field(default=90, ge=1, description="how long events for CRMs may be fetched")

    caseless_days: int | None = Field(
        default=None, ge=1, description="how long messages without a case are kept; for ever when empty"
    )

    learn_least: int = Field(default=50, ge=5, description="decisions of reviewers needed to train from")
    drift_least: int = Field(default=30, ge=1, description="reviewed cases below which a week says nothing")
    drift_confidence: float = Field(default=0.1, gt=0, lt=1, description="fall of mean confidence told")
    drift_corrections: float = Field(default=0.15, gt=0, lt=1, description="corrections beyond expected ones")

    batch_size: int = Field(default=64, ge=1, le=1000)
    max_attempts: int = Field(default=5, ge=1)
    max_message_bytes: int = 30 * 1024 * 1024
    worker_processes: int = 2

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where values come from, first what wins: a secret's file, the environment, `.env`."""
        files = SecretFiles(settings_cls, env_settings, dotenv_settings)
        return init_settings, files, env_settings, dotenv_settings

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self.public_url = self.public_url.rstrip("/") or f"http://{self.web_host}:{self.web_port}"
        if self.development:
            self._fill_from_var()
        self._refuse_placeholders()
        read_staff_tokens(self.staff_tokens.get_secret_value())
        return self

    @property
    def development(self) -> bool:
        """Whether this is a developer's machine."""
        return self.environment is Environment.DEVELOPMENT

    @property
    def staff(self) -> tuple[StaffToken, ...]:
        """Who of the staff may log in; a developer's machine has one operator, see var/secrets."""
        return read_staff_tokens(self.staff_tokens.get_secret_value())

    def may_see_restricted(self, reviewer: str) -> bool:
        """Whether a reviewer is named for restricted cases; anybody in development where nobody is named."""
        named = set(by_comma(self.restricted_reviewers))
        return reviewer in named or (self.development and not named)

    @property
    def mail_address(self) -> str:
        """The desk's own mail address, without its name."""
        return parseaddr(self.mail_from)[1]

    @property
    def mail_domain(self) -> str:
        """The domain of the desk's own mail address; message ids are made in it."""
        return self.mail_address.rpartition("@")[2]

    @property
    def database(self) -> str:
        """The database's URL, the embedded server's where none is configured."""
        return self.database_url or postgres_url(self.postgres_sockets, "beyazmasa")

    @property
    def redis(self) -> str:
        """The broker's URL, the embedded server's where none is configured."""
        return self.redis_url or valkey_url(self.valkey_socket)

    @property
    def letters(self) -> Path:
        """The folder that letters to be printed are written into."""
        return self.print_folder or self.var_dir / "yazdir"

    @property
    def run_dir(self) -> Path:
        """The private folder of sockets, locks and the supervisor's files."""
        return socket_folder(self.var_dir)

    @property
    def postgres_sockets(self) -> Path:
        """The folder of the embedded PostgreSQL's socket."""
        return self.run_dir / "postgres"

    @property
    def valkey_socket(self) -> Path:
        """The socket of the embedded Valkey."""
        return self.run_dir / "valkey.sock"

    def _fill_from_var(self) -> None:
        missing = [n for n in SECRET_NAMES if not getattr(self, n).get_secret_value()]
        if missing:
            made = read_or_make_secrets(self.var_dir / "secrets", missing)
            for name, value in made.items():
                setattr(self, name, SecretStr(value))
        if not self.staff_tokens.get_secret_value():
            made = read_or_make_secrets(self.var_dir / "secrets", [STAFF_FILE])
            self.staff_tokens = SecretStr(f"temsilci:operator:{made[STAFF_FILE]}")

    def _refuse_placeholders(self) -> None:
        for name in SECRET_NAMES:
            if getattr(self, name).get_secret_value().lower() in _PLACEHOLDERS:
                raise NotConfiguredError(f"{name.upper()} is not set; put a long random value there")


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once. Raises NotConfiguredError that names what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        faults = (f"{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise NotConfiguredError("; ".join(faults)) from None
