"""A programme as a rule: whom it concerns, what each step gives them, and doing so."""
