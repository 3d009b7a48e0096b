"""How notices are worded and by what they leave."""
