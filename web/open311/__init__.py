"""Open311 GeoReport v2: the same desk by the standard of other cities' apps."""
