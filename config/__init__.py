"""Settings, secrets and the shipped taxonomy; no SQL, no network."""
