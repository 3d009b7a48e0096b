"""`python -m web`: the web process of the Procfile."""

from web.main import run

run()
