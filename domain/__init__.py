"""Pure values and vocabulary of the citizen desk: no I/O, no SQL, no clock reading."""
