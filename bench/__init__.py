"""Measures the speed of the whole desk and of its parts, on real servers of its own."""
