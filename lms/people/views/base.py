"""The blueprint of the people domain's pages."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
