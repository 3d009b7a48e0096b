"""The headers by which the pipeline knows what comes from a feed. Loads nothing: every worker imports it."""

from domain.vocabulary import Channel

FED = frozenset({Channel.CIMER, Channel.BEHAK})
"""The channels whose messages are rows of files."""
FEED = "feed"
"""On every row's message; holds its channel."""
FEED_WHOLE = "feed_whole"
"""On the message that keeps a whole file and opens no case; holds how many rows the file has."""
FEED_UNREADABLE = "feed_unreadable"
FEED_FILE, FEED_NAME, FEED_ROW = "feed_file", "feed_name", "feed_row"
FEED_STATE = "feed_state"
"""What the institution says became of a reference, as one of our states."""
LEGAL_DUE_AT = "legal_due_at"
"""Until when the institution wants an answer: a day of Istanbul's calendar or an aware moment, ISO 8601."""
KIND = "kind"
NOTIFY = "notify_citizen"
"""Says that the citizen may get notices of ours, which a feed's institution otherwise sends."""
