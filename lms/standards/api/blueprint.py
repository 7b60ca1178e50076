"""The blueprint of the API, its documentation and the pages of its tokens."""

from flask import Blueprint

blueprint = Blueprint("api", __name__)
