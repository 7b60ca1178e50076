"""Entry point for WSGI servers: ``gunicorn wsgi:application``."""

from lms.app import create_app, garbage, queue
from lms.app.readiness import check_ready

application = create_app()
check_ready(application)
garbage.look_seldom()
queue.start_embedded(application)
