"""Entry point for WSGI servers: ``gunicorn wsgi:application``."""

from lms.app import create_app

application = create_app()
