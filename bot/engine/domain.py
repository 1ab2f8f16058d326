"""The domain of a Rasa project: intents, entities, slots, forms, actions, responses, session."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.engine.project import DialogueError, Item, read_section
from bot.engine.slots import MAPPINGS, TYPES, Condition, Slot, SlotMapping
from bot.tracker import ACTION_LISTEN, ACTION_SESSION_START, REQUESTED_SLOT

DEFAULT_FALLBACK = "action_default_fallback"
DEFAULT_ACTIONS = (
    ACTION_LISTEN,
    "action_restart",
    ACTION_SESSION_START,
    DEFAULT_FALLBACK,
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "...",
    "action_extract_slots",
)
"""Rasa's own actions; `action_back` and the two-stage fallback may be named but not run."""
DEFAULT_INTENTS = {
    "restart": "action_restart",
    "session_start": ACTION_SESSION_START,
    "back": "action_back",
}
"""Intents that every project has, with the action that answers them."""
VALIDATE_MAPPINGS = "action_validate_slot_mappings"
SECTIONS = frozenset(
    [
        "version",
        "intents",
        "entities",
        "slots",
        "forms",
        "actions",
        "responses",
        "session_config",
        "config",
        "e2e_actions",
    ]
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the slots it asks for in their order, and the intents that fill none of them."""

    name: str
    required_slots: tuple[str, ...]
    ignored_intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """When a conversation begins anew.

    Attributes:
        expires_after: since the last message; None: never.
        carries_over: whether the slots go along.
    """

    expires_after: timedelta | None = timedelta(minutes=60)
    carries_over: bool = True


@dataclass(frozen=True, slots=True)
class Domain:
    """What a project's dialogues may name.

    Attributes:
        intents: by name, the entities that decide with it; None means all.
        entities: names.
        slots: by name, in their order.
        forms: by name.
        actions: custom actions, in their order.
        responses: names.
        session: when a conversation begins anew.
        is_strict: whether rules and stories may name only what stands here.
    """

    intents: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    slots: Mapping[str, Slot] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()
    session: Session = Session()
    is_strict: bool = True

    @property
    def action_names(self) -> frozenset[str]:
        """Everything that a rule or story may name as an action."""
        return frozenset(
            (*DEFAULT_ACTIONS, *self.actions, *self.responses, *self.retrieval_actions, *self.forms)
        )

    @property
    def retrieval_actions(self) -> frozenset[str]:
        """`utter_faq` for responses named `utter_faq/<key>`: says the one that the message asks for."""
        return frozenset(name.partition("/")[0] for name in self.responses if "/" in name)

    @property
    def initial_slots(self) -> dict[str, Any]:
        """The slots that have a value before anything was said."""
        return {
            name: slot.initial_value
            for name, slot in self.slots.items()
            if slot.initial_value is not None
        }

    def deciding_entities(self, intent: str) -> frozenset[str]:
        """The entities that decide together with an intent."""
        chosen = self.intents.get(intent)
        return frozenset(self.entities) if chosen is None else chosen


def domain_files(folder: Path) -> list[Path]:
    """The files of a project's domain: `domain.yml` and everything below `domain/`."""
    found: list[Path] = []
    for name in ("domain.yml", "domain.yaml"):
        found += [folder / name] if (folder / name).is_file() else []
    if (folder / "domain").is_dir():
        found += sorted({*(folder / "domain").rglob("*.yml"), *(folder / "domain").rglob("*.yaml")})
    return found


def load_domain(files: Sequence[Path]) -> Domain:
    """Read and merge a domain.

    Raises:
        DialogueError: with file, line, reason and what to do.
    """
    intents: dict[str, frozenset[str] | None] = {}
    entities: list[str] = []
    for section in read_section(files, "entities"):
        entities += [name for name, _ in _named(section)]
    for section in read_section(files, "intents"):
        for name, options in _named(section):
            intents[name] = _deciding(options, entities)
    slots = dict(_slots(files))
    forms = dict(_forms(files, slots))
    if forms:
        slots.setdefault(REQUESTED_SLOT, Slot(REQUESTED_SLOT, "text", is_featurized=False))
    return Domain(
        intents=intents,
        entities=tuple(dict.fromkeys(entities)),
        slots=slots,
        forms=forms,
        actions=tuple(
            dict.fromkeys(
                name for item in read_section(files, "actions") for name, _ in _named(item)
            )
        ),
        responses=tuple(
            dict.fromkeys(
                name for item in read_section(files, "responses") for name, _ in item.entries()
            )
        ),
        session=_session(files),
    )


def _named(section: Item) -> Iterator[tuple[str, Item | None]]:
    """Names of a list, each perhaps with options, as intents, entities and actions are written."""
    if not section.is_list and section.value is not None:
        raise section.error("must be a list of names")
    for row in section.rows():
        if row.is_mapping:
            yield from row.entries()
        else:
            yield str(row.value), None


def _deciding(options: Item | None, entities: Sequence[str]) -> frozenset[str] | None:
    if options is None or not options.is_mapping:
        return None
    used, ignored = options.get("use_entities"), options.get("ignore_entities")
    chosen = set(entities)
    if used is not None:
        value = used.value
        chosen = set(entities) if value is True else set(value or ())
    if ignored is not None:
        chosen -= set(ignored.value or ())
    return frozenset(chosen)


def _slots(files: Sequence[Path]) -> Iterator[tuple[str, Slot]]:
    known: set[str] = set()
    for section in read_section(files, "slots"):
        for name, item in section.entries():
            if name in known:
                raise item.error(f"the slot {name} is defined twice")
            known.add(name)
            yield name, _slot(name, item)


def _slot(name: str, item: Item) -> Slot:
    raw = item.value
    if not isinstance(raw, dict) or "type" not in raw:
        raise item.error(f"the slot {name} needs a `type` ({', '.join(TYPES)})")
    if raw["type"] not in TYPES:
        raise item.error(
            f"the slot {name} has the unknown type {raw['type']}; use {', '.join(TYPES)}"
        )
    mappings = item.get("mappings")
    low, high = float(raw.get("min_value", 0.0)), float(raw.get("max_value", 1.0))
    if low >= high:
        raise item.error(f"the slot {name} needs `min_value` below `max_value`")
    return Slot(
        name=name,
        type=raw["type"],
        initial_value=raw.get("initial_value"),
        is_featurized=bool(raw.get("influence_conversation", True)),
        values=tuple(str(value).lower() for value in raw.get("values") or () if value is not None),
        low=low,
        high=high,
        mappings=tuple(_mapping(name, row) for row in mappings.rows()) if mappings else (),
    )


def _mapping(slot: str, item: Item) -> SlotMapping:
    raw = item.value
    if not isinstance(raw, dict) or raw.get("type") not in MAPPINGS:
        raise item.error(f"a mapping of {slot} needs a `type`: {', '.join(MAPPINGS)}")
    if {"role", "group"} & set(raw):
        raise item.error("roles and groups of entities are not supported; name the entity instead")
    if raw["type"] == "from_entity" and "entity" not in raw:
        raise item.error(f"a from_entity mapping of {slot} needs `entity`")
    if raw["type"] in ("from_intent", "from_trigger_intent") and raw.get("value") is None:
        raise item.error(f"a {raw['type']} mapping of {slot} needs `value`")
    return SlotMapping(
        type=raw["type"],
        entity=raw.get("entity"),
        value=raw.get("value"),
        intents=_listed(raw.get("intent")),
        not_intents=_listed(raw.get("not_intent")),
        conditions=tuple(
            Condition(row.get("active_loop"), row.get("requested_slot"))
            for row in raw.get("conditions") or ()
        ),
        action=raw.get("action"),
    )


def _forms(files: Sequence[Path], slots: Mapping[str, Slot]) -> Iterator[tuple[str, Form]]:
    known: set[str] = set()
    for section in read_section(files, "forms"):
        for name, item in section.entries():
            if name in known:
                raise item.error(f"the form {name} is defined twice")
            known.add(name)
            raw = item.value if item.value is not None else {}
            if not isinstance(raw, dict) or "required_slots" not in raw:
                raise item.error(f"the form {name} needs `required_slots`")
            required = tuple(raw["required_slots"] or ())
            missing = [slot for slot in required if slot not in slots]
            if missing:
                raise item.error(
                    f"the form {name} asks for {', '.join(missing)}, which `slots:` does not define"
                )
            yield name, Form(name, required, _listed(raw.get("ignored_intents")))


def _session(files: Sequence[Path]) -> Session:
    session = Session()
    for section in read_section(files, "session_config"):
        raw = section.value or {}
        minutes = raw.get("session_expiration_time", 60)
        session = Session(
            expires_after=timedelta(minutes=float(minutes)) if minutes and minutes > 0 else None,
            carries_over=bool(raw.get("carry_over_slots_to_new_session", True)),
        )
    return session


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


__all__ = ["DialogueError", "Domain", "Form", "Session", "domain_files", "load_domain"]
