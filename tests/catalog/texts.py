"""Rendering in tests: a lesson whose sources, figures and lessons are known."""

from lms.catalog.rendering import FigureAddress, RenderedLesson, render_lesson

SOURCES = ("law-1", "own-method")
FIGURES = {"figures/hall.svg": FigureAddress("/files/hall", 320, 120)}
LESSONS = {"queue": "/lessons/queue"}


def rendered(body: str, language: str = "en") -> RenderedLesson:
    return render_lesson(
        body,
        language=language,
        sources=SOURCES,
        files_url=FIGURES.get,
        lesson_url=LESSONS.get,
    )


def html(body: str, language: str = "en") -> str:
    return str(rendered(body, language).html)
