"""One module a channel, each speaking to one kind of source; none touches a database or a queue."""
