"""What a client writes into an event; the forms are Element's."""

from tests.servers.synapse.config import Json


def text(body: str) -> Json:
    """Plain words."""
    return {"msgtype": "m.text", "body": body}


def reply(to: str, body: str) -> Json:
    """Words that answer a message."""
    return text(body) | {"m.relates_to": {"m.in_reply_to": {"event_id": to}}}


def in_thread(root: str, last: str, body: str) -> Json:
    """Words in a thread; clients without threads show them as a reply to the last ones there."""
    return text(body) | {
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": last},
        }
    }


def edit(event_id: str, body: str) -> Json:
    """Words in place of earlier ones."""
    return text(f"* {body}") | {
        "m.new_content": text(body),
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def reaction(event_id: str, key: str) -> Json:
    """An emoji below a message."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}


def file(name: str, mime: str, size: int, where: Json) -> Json:
    """A file or picture; `where` holds its `url` or, if it is encrypted, its `file`."""
    kind = "m.image" if mime.startswith("image/") else "m.file"
    info = {"mimetype": mime, "size": size}
    return {"msgtype": kind, "body": name, "filename": name, "info": info, **where}
