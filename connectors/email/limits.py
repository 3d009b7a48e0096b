"""How much of a mail is looked at. What lies beyond is not lost: the raw original is kept whole (E18)."""

MAX_PARTS = 1_000
"""Body parts of one mail; what follows the last one stays in it as one piece."""

MAX_DEPTH = 100
"""Multiparts within multiparts; a deeper one becomes an attachment."""

MAX_SCANNED = 512 * 1024 * 1024
"""Octets searched for boundaries over all levels together."""

MAX_FIELDS = 2_000
MAX_FIELD_OCTETS = 64 * 1024
MAX_SUBJECT = 2_000
MAX_NAME = 300
MAX_ADDRESSES = 200
MAX_IDS = 100
MAX_IDS_OCTETS = 32 * 1024
MAX_NOTE = 500

MAX_OPENINGS = 4
"""Mails within the mail that are opened for their words."""

MAX_TEXT = 200_000
"""Letters of text handed on; a longer one ends with `CUT`."""

MAX_TEXT_OCTETS = 8 * 1024 * 1024
"""Octets of one text part that are decoded."""

MAX_HTML = 1_000_000
"""Letters of HTML handed on and read."""

MAX_CLEANED = 512 * 1024
MAX_NESTING = 200
MAX_REPEATED = 200_000
"""What the HTML cleaner, whose time grows with the square of the nesting, is given at most."""

MAX_TNEF = 32 * 1024 * 1024
MAX_RTF = 1024 * 1024
MAX_TNEF_OBJECTS = 2_000
MAX_TNEF_COPIED = 4 * 1024 * 1024 * 1024
MAX_CALENDAR = 256 * 1024
MAX_EVENTS = 20
MAX_REPORTS = 100
MAX_BOUNCE_SCAN = 256 * 1024

CUT = "\n[…]"
