"""A scripted day at the desk, played into one that runs: `beyazmasa demo`. Part of the checkout only."""
