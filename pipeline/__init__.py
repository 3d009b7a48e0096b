"""The shell that joins connectors, router, store and notifier into four steps."""
