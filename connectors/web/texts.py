"""Every sentence of the web chat, as values; they come from `bot/texts/web.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.texts import read_texts


@dataclass(frozen=True, slots=True)
class PageTexts:
    """What stands on the page before anything is said; light markup where a comment says so.

    Attributes:
        title: the assistant's name, also the window's title.
        tagline: what it is for, a few words.
        description: one sentence for search engines.
        skip_link: the hidden first link for keyboards.
        log_label: names the list of messages.
        greeting: the first bubble's paragraphs, in light markup.
        starters_label: names the group of starter questions.
        starters: questions to begin with, as buttons.
        reminder_note: that a closed page cannot be reached.
        input_label: names the input.
        input_hint: the input's placeholder.
        attach: the button that chooses a file.
        detach: the button that leaves it out again.
        send: the send button.
        menu: the menu's label.
        code_entry: menu entry that asks for a recovery code.
        recover_entry: menu entry that opens the form for a code.
        end_entry: menu entry that ends the session.
        end_question: heading of the confirmation.
        end_explanation: what ending means.
        end_confirm: the button that ends.
        recover_question: heading of the form for a code.
        recover_explanation: what the code does.
        recover_label: names the input of the code.
        recover_confirm: the button that redeems it.
        cancel: the button that closes a dialog.
        emergency: the line at the bottom, in light markup.
        legal_label: names the legal links.
        imprint: label of the link.
        privacy: label of the link.
        accessibility: label of the link.
        no_script: for browsers without JavaScript, in light markup.
    """

    title: str
    tagline: str
    description: str
    skip_link: str
    log_label: str
    greeting: tuple[str, ...]
    starters_label: str
    starters: tuple[str, ...]
    reminder_note: str
    input_label: str
    input_hint: str
    attach: str
    detach: str
    send: str
    menu: str
    code_entry: str
    recover_entry: str
    end_entry: str
    end_question: str
    end_explanation: str
    end_confirm: str
    recover_question: str
    recover_explanation: str
    recover_label: str
    recover_confirm: str
    cancel: str
    emergency: str
    legal_label: str
    imprint: str
    privacy: str
    accessibility: str
    no_script: str


@dataclass(frozen=True, slots=True)
class ScriptTexts:
    """What the page's script says; handed to it with the page.

    Attributes:
        me: who wrote a bubble, for screen readers: the person.
        assistant: the same for the assistant.
        urgent: the same for a crisis answer.
        typing: while an answer is being prepared.
        offline: while the connection is lost.
        waiting: below a message that could not be sent yet.
        failed: below a message that was refused.
        chosen: for screen readers, behind a pressed button's label.
        save_file: the link of a received file; `{name}` is its name.
        attached: what will be sent along; `{name}` is its name.
        file_unreadable: when a chosen file cannot be read.
        quotes: for screen readers, before the first line of the message that is replied to.
        deleted: in the place of a message that was taken back.
        file_gone: instead of the link after a reload; `{name}` is its name.
        recovered: after a recovery code was redeemed.
    """

    me: str
    assistant: str
    urgent: str
    typing: str
    offline: str
    waiting: str
    failed: str
    chosen: str
    save_file: str
    attached: str
    file_unreadable: str
    quotes: str
    deleted: str
    file_gone: str
    recovered: str


@dataclass(frozen=True, slots=True)
class ErrorTexts:
    """What a refused request says; the names are those of `problems.Problem`."""

    not_json: str
    broken: str
    empty: str
    too_large: str
    file_too_large: str
    wrong_kind: str
    too_many: str
    foreign: str
    no_session: str
    wrong_code: str
    not_stored: str
    not_found: str
    our_fault: str


@dataclass(frozen=True, slots=True)
class WebTexts:
    """All of them."""

    page: PageTexts
    script: ScriptTexts
    errors: ErrorTexts


@dataclass(frozen=True, slots=True)
class LegalLinks:
    """Addresses of the three legal pages; an empty one is not shown."""

    imprint: str = ""
    privacy: str = ""
    accessibility: str = ""


def web_texts(raw: Mapping[str, Any]) -> WebTexts:
    """The texts in a loaded `web.yml`.

    Raises:
        ConfigurationError: a text is missing or no text; the message names it.
    """
    return read_texts(WebTexts, raw, "web.yml")
