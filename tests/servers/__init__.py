"""Real servers on loopback or unix sockets for the tests, each started as its own process."""
