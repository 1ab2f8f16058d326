"""Settings, read once from the environment (prefix `LERNALLIANZ_`) and passed on as a value.

`.env.example` lists them all; a test holds the two together.
"""

import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.clock import Clock, moved_clock, require_aware, system_clock
from bot.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder: it holds `knowledge/` and `dialogues/`."""

PREFIX = "LERNALLIANZ_"

_TOKEN = re.compile(r"\d{3,}:[\w-]{8,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")

_MATRIX_USER = re.compile(r"@[^\s:]+:\S+|[^\s:@]+")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """All settings; times are aware, paths are absolute after `load`.

    Attributes:
        project_dir: the folder that holds `knowledge/` and `dialogues/`; `build/` is written there.
        data_dir: folder of the database and the key file.
        database_url: SQLAlchemy address; empty means SQLite in `data_dir`.
        key_file: the key ring; empty means `data_dir/keys`.
        web_host: address that the web chat listens on.
        web_port: its port; 0 takes a free one.
        public_url: how people reach the web chat, for links and cookies.
        imprint_url: Impressum (§ 5 DDG).
        privacy_url: privacy text (Art. 13 DSGVO).
        accessibility_url: accessibility statement.
        telegram_token: from @BotFather; empty means that there is no Telegram.
        telegram_api_url: the Bot API server, Telegram's own or one of yours.
        telegram_mode: whether we ask Telegram for updates or it posts them to `public_url`.
        telegram_webhook_secret: what Telegram must say with each post.
        matrix_homeserver: address of the homeserver of our account; empty means that there is no Matrix.
        matrix_user: our user id there, `@lernallianz:schule.example`, or its first part.
        matrix_password: its password.
        matrix_token: an access token, instead of user and password.
        matrix_device_id: the device to log in with; empty lets the homeserver choose one, which is kept.
        matrix_allowed_servers: whose people may write to us, comma separated; empty means our own
            homeserver, `*` everybody.
        operator_chat: `channel:chat` that hears of set-aside messages.
        sheet_variant: how the chamber wants the sheets of the Ausbildungsnachweis.
        clock_start: a moved clock, for demonstrations and tests; ISO 8601 with offset.
        parser: who understands texts.
        policy: who decides what comes next.
        rasa_url: the Rasa server, when it is one of the two.
        log_level: the least severe log record that is written.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    project_dir: Path = ROOT
    data_dir: Path = ROOT / "data"
    database_url: str = ""
    key_file: str = ""
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    public_url: str = ""
    imprint_url: str = ""
    privacy_url: str = ""
    accessibility_url: str = ""
    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["poll", "webhook"] = "poll"
    telegram_webhook_secret: SecretStr = SecretStr("")
    matrix_homeserver: str = ""
    matrix_user: str = ""
    matrix_password: SecretStr = SecretStr("")
    matrix_token: SecretStr = SecretStr("")
    matrix_device_id: str = ""
    matrix_allowed_servers: str = ""
    operator_chat: str = ""
    sheet_variant: Literal["hauptausschuss", "ihk", "hwk"] = "ihk"
    clock_start: datetime | None = None
    parser: Literal["embedded", "rasa"] = "embedded"
    policy: Literal["embedded", "rasa"] = "embedded"
    rasa_url: str = "http://127.0.0.1:5005"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("clock_start")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return require_aware(value) if value else None

    @field_validator(
        "public_url",
        "imprint_url",
        "privacy_url",
        "accessibility_url",
        "rasa_url",
        "telegram_api_url",
        "matrix_homeserver",
    )
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        return value.rstrip("/")

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("looks like 123456:ABC…, as @BotFather gave it")
        return value

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Self:
        if self.telegram_mode == "webhook":
            if not self.public_url:
                raise ValueError("TELEGRAM_MODE=webhook needs PUBLIC_URL, where Telegram posts to")
            if not _SECRET.fullmatch(self.telegram_webhook_secret.get_secret_value()):
                raise ValueError(
                    "TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_SECRET: "
                    "16 to 256 letters, digits, _ and -"
                )
        return self

    @model_validator(mode="after")
    def _matrix_can_log_in(self) -> Self:
        has_password = bool(self.matrix_user and self.matrix_password.get_secret_value())
        has_token = bool(self.matrix_token.get_secret_value())
        if self.matrix_homeserver and has_password == has_token:
            raise ValueError(
                "MATRIX_HOMESERVER needs MATRIX_USER and MATRIX_PASSWORD, or else MATRIX_TOKEN"
            )
        if self.matrix_user and not _MATRIX_USER.fullmatch(self.matrix_user):
            raise ValueError(
                "MATRIX_USER looks like @lernallianz:schule.example, or its first part"
            )
        return self

    @property
    def allowed_servers(self) -> frozenset[str]:
        """The servers whose people may write to us on Matrix."""
        names = (name.strip() for name in self.matrix_allowed_servers.split(","))
        return frozenset(filter(None, names))

    @property
    def matrix_keys(self) -> Path:
        """Where the keys of our Matrix device lie."""
        return self.data_dir / "matrix"

    @property
    def knowledge_dir(self) -> Path:
        """The folder of articles, facts and places."""
        return self.project_dir / "knowledge"

    @property
    def dialogues_dir(self) -> Path:
        """The Rasa project."""
        return self.project_dir / "dialogues"

    @property
    def keys(self) -> Path:
        """Where the key ring lies."""
        return Path(self.key_file) if self.key_file else self.data_dir / "keys"

    @property
    def database(self) -> str:
        """The database's SQLAlchemy address."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'lernallianz.sqlite3'}"

    @property
    def concepts(self) -> Path:
        """What people call one thing."""
        return self.project_dir / "knowledge" / "concepts.yml"

    @property
    def intents_model(self) -> Path:
        """What `lernallianz train` learnt from articles and dialogues."""
        return self.project_dir / "build" / "model" / "intents.npz"

    @property
    def crisis_model(self) -> Path:
        """The crisis classifier that `lernallianz train` writes."""
        return self.project_dir / "build" / "model" / "crisis.npz"

    @property
    def rasa_project(self) -> Path:
        """The project that Rasa itself can train; `lernallianz train` writes it."""
        return self.project_dir / "build" / "rasa"

    @property
    def uses_rasa(self) -> bool:
        """Whether a Rasa server is asked at all."""
        return "rasa" in (self.parser, self.policy)

    @property
    def lacks_legal_links(self) -> bool:
        """Whether one of the three links is missing that a public service must show."""
        return not (self.imprint_url and self.privacy_url and self.accessibility_url)

    @property
    def is_public(self) -> bool:
        """Whether the web chat listens on anything but this machine."""
        return self.web_host not in LOOPBACK


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Args:
        environment: variables by name; None means the process's own.

    Raises:
        ConfigurationError: a value is wrong; the message says which, and what to do.
    """
    variables = os.environ if environment is None else environment
    ours = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in variables.items()
        if name.startswith(PREFIX) and value != ""
    }
    try:
        settings = Settings.model_validate(ours)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        # Not chained: the library's message shows the value, which may be a secret.
        raise ConfigurationError(f"{name}{first['msg']}. See .env.example.") from None
    folders = ("project_dir", "data_dir")
    return settings.model_copy(
        update={name: getattr(settings, name).absolute() for name in folders}
    )


def unknown_names(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Names with our prefix that no setting has, probably misspelt; `doctor` warns of them."""
    return tuple(
        sorted(
            name
            for name in environment
            if name.startswith(PREFIX)
            and name.removeprefix(PREFIX).lower() not in Settings.model_fields
        )
    )


def clock_of(settings: Settings) -> Clock:
    """The clock that the settings ask for."""
    return moved_clock(settings.clock_start) if settings.clock_start else system_clock
