"""The demonstration's sign-ins. They exist only where the settings allow a demonstration."""

# Printed on the sign-in page and in the terminal: it protects nothing, and production refuses it.
DEMONSTRATION_PASSWORD = "mfc-demo-2026"  # noqa: S105
# The accounts shown on the sign-in page, in this order.
SHOWN_USERNAMES = ("trainee", "instructor", "hr")
