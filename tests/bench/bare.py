"""The baseline: a bare Flask page with Jinja and five ORM queries, on the same database."""

import os

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lms.app import garbage

PAGE = """<!doctype html><html lang="en"><head><title>Bare</title></head><body><h1>Bare</h1>
{% for rows in lists %}<ul>{% for row in rows %}<li>{{ row.id }} {{ row.name }}</li>{% endfor %}</ul>
{% endfor %}</body></html>"""


class Base(DeclarativeBase):
    """Base of the baseline's own mapping."""


db = SQLAlchemy(model_class=Base)


class Unit(db.Model):  # type: ignore[name-defined]
    """The units' table, mapped as plainly as can be."""

    __tablename__ = "organisation_unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column("name_ru")


def create_bare_app() -> Flask:
    """Return the baseline application on ``BENCH_DATABASE``."""
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BENCH_DATABASE"]
    app.jinja_loader = DictLoader({"page.html": PAGE})
    db.init_app(app)

    @app.get("/")
    def page() -> str:
        lists = [
            db.session.scalars(
                db.select(Unit).where(Unit.id > start).order_by(Unit.id).limit(10)
            ).all()
            for start in (0, 20, 40, 60, 80)
        ]
        return render_template("page.html", lists=lists)

    @app.get("/health")
    def health() -> str:
        return "ok"

    garbage.look_seldom()
    return app
