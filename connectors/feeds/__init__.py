"""Feeds: tables that other institutions hand over, read row by row. Shared by the channels fed so."""
