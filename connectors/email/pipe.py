"""Mail handed over by the mail server itself: what its command's exit code must be (E23).

The mail server keeps a mail until we say 0. On any trouble of ours it is asked to try again later
(EX_TEMPFAIL of sysexits.h, which Postfix, Exim and Sendmail all know); no mail is ever bounced.
"""

import os

from domain.errors import UnreadableMessageError


def exit_code_for(error: BaseException | None) -> int:
    """The exit code after accepting a mail: 0 when it is stored, 75 when it must be offered again.

    A mail that nobody can read is stored too, in quarantine, so it counts as taken. Everything else, wrong
    configuration included, is ours to mend while the mail server keeps the mail.
    """
    if error is None or isinstance(error, UnreadableMessageError):
        return os.EX_OK
    return os.EX_TEMPFAIL
