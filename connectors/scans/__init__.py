"""What post and fax have in common: scanned paper from a drop folder, its facts and its words."""
