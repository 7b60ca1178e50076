"""PDF documents, made by a process of its own that is given typed data and can reach nothing.

``render(Document(...))`` sends plain data to a worker process (``worker``), which fills a Jinja
template and sets it with WeasyPrint; a preview is an image drawn from that very PDF (``drawing``).
The worker starts with an empty environment, gives up the network, other programs and other folders
(``confinement``) and works within limits of memory and time; its fetcher reads the template's own
folder and nothing else (``composing``). WeasyPrint is imported there and nowhere else.
"""

from lms.core.pdf.pool import (
    Document,
    Form,
    RenderCrashed,
    Renderer,
    RenderError,
    RenderFailed,
    RenderRefused,
    RenderTimeout,
    Sheaf,
    renderer,
)

__all__ = [
    "Document",
    "Form",
    "RenderCrashed",
    "RenderError",
    "RenderFailed",
    "RenderRefused",
    "RenderTimeout",
    "Renderer",
    "Sheaf",
    "renderer",
]
