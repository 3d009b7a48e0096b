"""The JSON API of outside CRMs, version 1: events to fetch, cases to look at, what was done to tell."""
