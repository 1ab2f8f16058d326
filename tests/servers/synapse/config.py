"""What Synapse is told, and the files that say it."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SERVER_NAME = "matrix.test"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something is let through: `burst_count` at once, then so many a second."""

    per_second: float
    burst_count: int


NO_LIMIT = Rate(100_000, 100_000)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server lives.

    Attributes:
        folder: everything that it keeps.
        port: on 127.0.0.1.
        secret: whoever knows it may register accounts.
    """

    folder: Path
    port: int
    secret: str

    @property
    def config(self) -> Path:
        """The configuration; JSON is YAML."""
        return self.folder / "homeserver.yaml"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    def write(self, message_rate: Rate) -> None:
        """Write everything that the server wants to find."""
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_1 {key}\n")
        (self.folder / "log.yaml").write_text(json.dumps(_LOG))
        self.config.write_text(json.dumps(self._settings() | _limits(message_rate)))

    def _settings(self) -> Json:
        return {
            "server_name": SERVER_NAME,
            "listeners": [
                {
                    "port": self.port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {
                "name": "sqlite3",
                "args": {"database": str(self.folder / "homeserver.db")},
            },
            "media_store_path": str(self.folder / "media"),
            "pid_file": str(self.folder / "pid"),
            "signing_key_path": str(self.folder / "signing.key"),
            "log_config": str(self.folder / "log.yaml"),
            "registration_shared_secret": self.secret,
            "macaroon_secret_key": self.secret,
            "form_secret": self.secret,
            # Passwords of tests guard nothing, and a login should cost nothing.
            "bcrypt_rounds": 4,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            # Who asks twice wants to know what is new.
            "caches": {"sync_response_cache_duration": "0s"},
            "presence": {"enabled": False},
            "url_preview_enabled": False,
            "report_stats": False,
        }


_LOG: Json = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
}


def _limits(message_rate: Rate) -> Json:
    free = asdict(NO_LIMIT)
    return {
        "rc_message": asdict(message_rate),
        "rc_login": {"address": free, "account": free, "failed_attempts": free},
        "rc_joins": {"local": free, "remote": free},
        "rc_invites": {"per_room": free, "per_user": free, "per_issuer": free},
        "rc_presence": {"per_user": free},
        **dict.fromkeys(_OTHER_LIMITS, free),
    }


_OTHER_LIMITS = (
    "rc_admin_redaction",
    "rc_joins_per_room",
    "rc_key_requests",
    "rc_media_create",
    "rc_profile",
    "rc_registration",
    "rc_room_creation",
    "rc_user_directory",
)
