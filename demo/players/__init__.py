"""Those who bring the day's messages to the desk, a module a kind of entry; `table` names them all."""
