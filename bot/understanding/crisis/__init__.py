"""Crises are recognised before anything is read or written, in every state.

Two kinds of evidence: rules that people who know about crises can read and mend (`rules.yml`), and a
small classifier that learnt from phrases (`phrases/`). Without the classifier the rules carry it alone.
How well each works is measured in `docs/measurements/crisis.md`.
"""
