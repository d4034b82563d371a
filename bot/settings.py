"""The operator's settings: read once from the environment's names that this ecosystem uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.environment import amount as _amount
from bot.environment import check_url as _check_url
from bot.environment import whole as _whole
from bot.errors import ConfigurationError
from bot.words.budget import Budget
from bot.words.day import WHOLE_DAY, DayBudget
from bot.words.pressure import Pressure
from bot.words.role import Role
from sandbox.environment.store import Capacity
from sandbox.room import MIB, Limits

DEFAULT_MODEL = "ollama_chat/qwen2.5-coder:7b"
DEFAULT_OLLAMA = "http://localhost:11434"
DEFAULT_DATABASE = "sqlite:///intern.sqlite"
DEFAULT_PROGRAMS = "intern-programs"
DRIVERS = ("docker", "bubblewrap")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

#: GitHub asks for a high-entropy secret; shorter ones can be guessed offline from one signed delivery.
SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, where, and how large its window is (tokens)."""

    name: str = DEFAULT_MODEL
    url: str = DEFAULT_OLLAMA
    key: str = field(default="", repr=False)
    window: int = 16_384
    reply: int = 4_096
    timeout: float = 300.0


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the webhook server listens, what its deliveries are signed with, where jobs are stored.

    Without a `webhook_secret` it takes no deliveries in.
    `whole_day` limits what all repositories together may spend in a day; `trajectories` is the folder where each job
    leaves what `intern replay` needs, None for nothing; `running` jobs are at work at once, in all processes together,
    and `pressure` says how many more may be asked for. Ended jobs are kept for `keep_days`, what they left there for
    `trajectory_days`, up to `trajectory_bytes` in all. No job begins with less than `disk_free` bytes on a disk.
    """

    webhook_secret: bytes = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 3000
    database_url: str = DEFAULT_DATABASE
    trajectories: Path | None = None
    whole_day: DayBudget = WHOLE_DAY
    running: int = 2
    pressure: Pressure = field(default_factory=Pressure)
    disk_free: int = 1024 * MIB
    keep_days: int = 90
    trajectory_days: int = 180
    trajectory_bytes: int = 10_240 * MIB


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """What makes the rooms; None is the Docker engine's ordinary place.

    Attributes:
        driver: "docker" or "bubblewrap"; "" for the first of them that this machine has.
        docker_host: the engine's address.
        runtime: an OCI runtime that it knows.
        warm: rooms of each kind to keep idle; None: as many as suit the command.
        memory: bytes that all rooms together may use; None: what the machine has to spare.
        environments: how much of what repositories needed stays installed.
    """

    driver: str = ""
    docker_host: str | None = None
    runtime: str | None = None
    warm: int | None = None
    memory: int | None = None
    environments: Capacity = field(default_factory=Capacity)


def model_settings(environment: Mapping[str, str]) -> ModelSettings:
    """INTERN_MODEL, OLLAMA_BASE_URL, INTERN_MODEL_URL, _KEY, _WINDOW, _REPLY, _TIMEOUT."""
    return _model(environment, "INTERN_MODEL", DEFAULT_MODEL)


def stronger_model_settings(environment: Mapping[str, str]) -> ModelSettings | None:
    """INTERN_MODEL_STRONG and INTERN_MODEL_STRONG_URL, _KEY, _WINDOW, _REPLY, _TIMEOUT; None where it is not set."""
    if not environment.get("INTERN_MODEL_STRONG", "").strip():
        return None
    chosen = _model(environment, "INTERN_MODEL_STRONG", "")
    if chosen.name == model_settings(environment).name:
        raise ConfigurationError(
            f"INTERN_MODEL_STRONG is {chosen.name}, as INTERN_MODEL is. Name a stronger one, or leave it out."
        )
    return chosen


def model_names(environment: Mapping[str, str]) -> str:
    """Which models do the work: INTERN_MODEL, and INTERN_MODEL_STRONG where it is set."""
    first, stronger = model_settings(environment), stronger_model_settings(environment)
    return f"{first.name}, where it fails {stronger.name}" if stronger else first.name


def candidates(environment: Mapping[str, str]) -> int:
    """INTERN_CANDIDATES: how many patches each attempt may try."""
    return _whole(environment, "INTERN_CANDIDATES", 1, 1, 8)


def _model(environment: Mapping[str, str], setting: str, default: str) -> ModelSettings:
    """The model that `setting` names; the settings about it begin with that name."""
    name = environment.get(setting, "").strip() or default
    provider, slash, model = name.partition("/")
    if not (slash and provider and model):
        raise ConfigurationError(
            f'{setting} is "{name}". Name a provider and a model, as in "{DEFAULT_MODEL}" or "openai/gpt-5".'
        )
    ollama = provider.startswith("ollama")
    url = environment.get(f"{setting}_URL", "").strip()
    if not url and ollama:
        url = environment.get("OLLAMA_BASE_URL", "").strip() or DEFAULT_OLLAMA
    _check_url(f"{setting}_URL or OLLAMA_BASE_URL", url, optional=not ollama)
    return ModelSettings(
        name=name,
        url=url.rstrip("/"),
        key=environment.get(f"{setting}_KEY", "").strip(),
        window=_whole(environment, f"{setting}_WINDOW", 16_384, 4_096, 2_000_000),
        reply=_whole(environment, f"{setting}_REPLY", 4_096, 256, 200_000),
        timeout=float(_whole(environment, f"{setting}_TIMEOUT", 300, 5, 3_600)),
    )


def budget(environment: Mapping[str, str]) -> Budget:
    """INTERN_ATTEMPTS, _MINUTES, _CALLS, _TOKENS, _MONEY: of one job; INTERN_DAY_JOBS, ...: of one repository's day."""
    default = Budget()
    return Budget(
        attempts=_whole(environment, "INTERN_ATTEMPTS", default.attempts, 1, 20),
        minutes=_whole(environment, "INTERN_MINUTES", int(default.minutes), 1, 600),
        calls=_whole(environment, "INTERN_CALLS", default.calls, 1, 10_000),
        tokens=_whole(environment, "INTERN_TOKENS", default.tokens, 1_000, 100_000_000),
        money=_amount(environment, "INTERN_MONEY", default.money),
        day=_day(environment, "INTERN_DAY", default.day),
    )


def _day(environment: Mapping[str, str], setting: str, default: DayBudget) -> DayBudget:
    """The limits of one day; their settings begin with `setting`."""
    return DayBudget(
        jobs=_whole(environment, f"{setting}_JOBS", default.jobs, 1, 100_000),
        minutes=_whole(environment, f"{setting}_MINUTES", int(default.minutes), 1, 1_000_000),
        calls=_whole(environment, f"{setting}_CALLS", default.calls, 1, 10_000_000),
        tokens=_whole(environment, f"{setting}_TOKENS", default.tokens, 1_000, 1_000_000_000_000),
        money=_amount(environment, f"{setting}_MONEY", default.money),
    )


def server_settings(environment: Mapping[str, str], role: Role = Role.ALL) -> ServerSettings:
    """WEBHOOK_SECRET, HOST, PORT, DATABASE_URL, INTERN_TRAJECTORIES, INTERN_DAY_ALL_*, INTERN_RUNNING, ...."""
    if role is not Role.ALL and not database_url(environment).startswith("postgresql:"):
        raise ConfigurationError(
            f"--role {role.value} needs a PostgreSQL, for an SQLite file belongs to one process: "
            "set DATABASE_URL=postgresql://..., or leave --role out."
        )
    return ServerSettings(
        webhook_secret=b"" if role is Role.WORKER else _webhook_secret(environment),
        host=environment.get("HOST", "").strip() or "127.0.0.1",
        port=_whole(environment, "PORT", 3000, 0, 65_535),
        database_url=database_url(environment),
        trajectories=trajectories(environment),
        whole_day=_day(environment, "INTERN_DAY_ALL", WHOLE_DAY),
        running=_whole(environment, "INTERN_RUNNING", 2, 1, 1_000),
        disk_free=disk_free(environment),
        keep_days=_whole(environment, "INTERN_KEEP_DAYS", 90, 7, 36_500),
        trajectory_days=_whole(environment, "INTERN_TRAJECTORIES_DAYS", 180, 1, 36_500),
        trajectory_bytes=_whole(environment, "INTERN_TRAJECTORIES_DISK", 10_240, 1, 100_000_000) * MIB,
        pressure=Pressure(
            waiting=_whole(environment, "INTERN_WAITING", Pressure().waiting, 0, 10_000),
            person_day=_whole(environment, "INTERN_PERSON_DAY", Pressure().person_day, 1, 100_000),
        ),
    )


def _webhook_secret(environment: Mapping[str, str]) -> bytes:
    secret = environment.get("WEBHOOK_SECRET", "").strip()
    if len(secret.encode()) < SHORTEST_SECRET:
        state = "is not set" if not secret else f"has only {len(secret.encode())} bytes"
        raise ConfigurationError(
            f"WEBHOOK_SECRET {state}. Set the App's webhook secret, at least {SHORTEST_SECRET} bytes "
            "(make one with `openssl rand -hex 32`)."
        )
    return secret.encode()


def trajectories(environment: Mapping[str, str]) -> Path | None:
    """INTERN_TRAJECTORIES: the folder where each job of the server leaves what `intern replay` needs."""
    folder = environment.get("INTERN_TRAJECTORIES", "").strip()
    return Path(folder) if folder else None


def database_url(environment: Mapping[str, str]) -> str:
    """DATABASE_URL: where jobs, and what became of them, are kept."""
    database = environment.get("DATABASE_URL", "").strip() or DEFAULT_DATABASE
    if not database.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ConfigurationError("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return database.replace("postgres://", "postgresql://", 1)


def disk_free(environment: Mapping[str, str]) -> int:
    """INTERN_DISK_FREE, given in MiB: bytes that must be free on each disk that is written to."""
    return _whole(environment, "INTERN_DISK_FREE", 1024, 0, 100_000_000) * MIB


def sandbox_settings(environment: Mapping[str, str]) -> SandboxSettings:
    """INTERN_SANDBOX, DOCKER_HOST, INTERN_RUNTIME, INTERN_WARM_ROOMS, INTERN_MEMORY in MiB, INTERN_ENVIRONMENTS."""
    driver = environment.get("INTERN_SANDBOX", "").strip().lower()
    if driver not in ("", *DRIVERS):
        raise ConfigurationError(f'INTERN_SANDBOX is "{driver[:40]}". Use {" or ".join(DRIVERS)}, or leave it out.')
    warm = _whole(environment, "INTERN_WARM_ROOMS", -1, 0, 64)
    memory, room = _whole(environment, "INTERN_MEMORY", 0, 128, 10_000_000), room_limits(environment).memory // MIB
    if 0 < memory < room:
        raise ConfigurationError(
            f"INTERN_MEMORY is {memory} MiB, and a single room may use {room} MiB. Allow all rooms together at least "
            "as much, or lower INTERN_ROOM_MEMORY."
        )
    return SandboxSettings(
        driver=driver,
        docker_host=environment.get("DOCKER_HOST", "").strip() or None,
        runtime=environment.get("INTERN_RUNTIME", "").strip() or None,
        warm=warm if warm >= 0 else None,
        memory=memory * MIB or None,
        environments=_environments(environment),
    )


def _environments(environment: Mapping[str, str]) -> Capacity:
    """INTERN_ENVIRONMENTS, and INTERN_ENVIRONMENTS_DISK in MiB."""
    default = Capacity()
    return Capacity(
        entries=_whole(environment, "INTERN_ENVIRONMENTS", default.entries, 3, 100_000),
        bytes=_whole(environment, "INTERN_ENVIRONMENTS_DISK", default.bytes // MIB, 1_024, 100_000_000) * MIB,
    )


def documentation_pages(environment: Mapping[str, str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """INTERN_DOCUMENTATION_HOSTS, INTERN_DOCUMENTATION_PAGES: what of the web a planner may read."""
    hosts = [host.lower() for host in environment.get("INTERN_DOCUMENTATION_HOSTS", "").replace(",", " ").split()]
    pages = environment.get("INTERN_DOCUMENTATION_PAGES", "").split()
    for host in hosts:
        if "/" in host or ":" in host or "*" in host or "." not in host:
            raise ConfigurationError(
                f'INTERN_DOCUMENTATION_HOSTS has "{host[:60]}". Name whole hosts: docs.python.org.'
            )
    for page in pages:
        if not page.startswith("https://") or urlsplit(page).hostname not in hosts:
            raise ConfigurationError(
                f'INTERN_DOCUMENTATION_PAGES has "{page[:80]}". It takes https:// addresses on hosts that '
                "INTERN_DOCUMENTATION_HOSTS names."
            )
    return frozenset(hosts), tuple(pages)


def programs_folder(environment: Mapping[str, str]) -> Path | None:
    """INTERN_PROGRAMS: the folder of the compiled programs, beside the database by default; None for "none"."""
    named = environment.get("INTERN_PROGRAMS", "").strip()
    if named == "none":
        return None
    if not named:
        database = environment.get("DATABASE_URL", "").strip() or DEFAULT_DATABASE
        file = database.removeprefix("sqlite:///") if database.startswith("sqlite:///") else ""
        return Path(file).parent / DEFAULT_PROGRAMS
    folder = Path(named)
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f'INTERN_PROGRAMS {named} is not a folder. Name one, or "none" to use none.')
    return folder


def room_limits(environment: Mapping[str, str]) -> Limits:
    """INTERN_ROOM_MEMORY and INTERN_ROOM_DISK in MiB, INTERN_ROOM_FILES, INTERN_ROOM_CPUS: what one room may use."""
    default = Limits()
    memory = _whole(environment, "INTERN_ROOM_MEMORY", default.memory // MIB, 128, 1_000_000)
    disk = _whole(environment, "INTERN_ROOM_DISK", default.workspace // MIB, 16, 1_000_000)
    if disk >= memory:
        # Files in a room are memory of it: https://man7.org/linux/man-pages/man5/tmpfs.5.html
        raise ConfigurationError(
            f"INTERN_ROOM_DISK is {disk} MiB and INTERN_ROOM_MEMORY {memory} MiB. A room's files count as memory: "
            "give it more memory than disk."
        )
    return Limits(
        memory=memory * MIB,
        workspace=disk * MIB,
        inodes=_whole(environment, "INTERN_ROOM_FILES", default.inodes, 1_000, 10_000_000),
        cpus=float(_whole(environment, "INTERN_ROOM_CPUS", int(default.cpus), 1, 256)),
    )


def log_level(environment: Mapping[str, str]) -> str:
    """LOG_LEVEL, INFO by default."""
    level = environment.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in LOG_LEVELS:
        raise ConfigurationError(f'LOG_LEVEL is "{level}". Use one of {", ".join(LOG_LEVELS)}.')
    return level
