"""What is due when: the rows of everything that starts by itself, and the clock that puts it into the inbox.

A topic brings a *kind*: the event that the dialogues hear, and how its content says when it is due next. The content
is the topic's own; here it is only kept.
"""
