"""Mails of our own writing and what they mean, by theme; the parser's tests run over all of them.

`python -m tests.connectors.email.samples DIRECTORY` writes each as a file, for trying it by hand.
"""
