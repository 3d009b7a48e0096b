"""How often a process looks for garbage, which is what refers to itself and so does not go by itself."""

import gc

_NEW_OBJECTS = 20_000
"""A batch makes a hundred thousand objects, nearly all of which go by themselves when it ends."""


def keep_what_is_loaded() -> None:
    """Spare the collector what this process has loaded by now, models and lists that stay, and let it look
    less often. What is loaded in place of something is spared by the next call."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
