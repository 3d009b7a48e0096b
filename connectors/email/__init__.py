"""E-mail: mailboxes read over IMAP, and mail handed over by the mail server's pipe or LMTP."""
