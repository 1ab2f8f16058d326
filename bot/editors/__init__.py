"""Questions that we could not answer, sent to the people who write the articles, with consent."""
