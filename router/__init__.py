"""Pure decisions: what a message is about, where it is, who must solve it, until when."""
