"""Reading scans: anybody's PDF, TIFF, JPEG and PNG files to Turkish text, with how sure each page is.

`engine` is what channels use. `child` and what it imports run in a process of their own.
"""
