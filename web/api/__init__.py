"""The JSON API of the mobile app, version 1."""
