"""Every message survives its way through a payload."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.codec import incoming_from_json, incoming_to_json, kind_of
from bot.messages import (
    Address,
    Choice,
    Command,
    Deletion,
    Due,
    Edit,
    File,
    Gone,
    IncomingContent,
    IncomingMessage,
    Joined,
    Reaction,
    Text,
    Unreadable,
)
from tests.delivery.stage import START

words = st.text(max_size=30)
contents: st.SearchStrategy[IncomingContent] = st.one_of(
    st.builds(Text, words),
    st.builds(Choice, words),
    st.builds(Command, words, words),
    st.builds(File, words, words, words, st.integers(0), words),
    st.builds(Unreadable, words),
    st.builds(Edit, words, words),
    st.builds(Deletion, words),
    st.builds(Reaction, words, words),
    st.builds(Joined),
    st.builds(Gone, words),
    st.builds(Due, words, st.dictionaries(words, words)),
)


@given(contents, words)
def test_every_message_survives_its_way_through_a_payload(
    content: IncomingContent, external_id: str
) -> None:
    message = IncomingMessage(Address("c", "a"), external_id, content, START)

    stored = incoming_to_json(message)

    assert incoming_from_json(stored, kind_of(content), message.address) == message
