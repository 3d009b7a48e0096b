"""The web application: webhooks, citizens' pages, health."""
