"""Outside CRMs: what they are told of cases, how it reaches them, and what they say back."""
