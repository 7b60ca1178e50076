"""number search: personnel numbers are found by what follows their letters, too."""

from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None

INDEX = "search_person_digits"
BEFORE_DIGITS = (
    "МФЦАБВГДЕЁЖЗИЙКЛНОПРСТУХЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -/.№"
)


def upgrade() -> None:
    # What PostgreSQL begins a text with (LIKE) it looks for by letters alone, whatever the locale.
    by_letters = " text_pattern_ops" if op.get_bind().dialect.name == "postgresql" else ""
    digits = f"ltrim(personnel_number, '{BEFORE_DIGITS}')"
    op.execute(f"CREATE INDEX {INDEX} ON person ({digits}{by_letters})")


def downgrade() -> None:
    op.execute(f"DROP INDEX {INDEX}")
