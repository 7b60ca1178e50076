"""Pages of a course's item bank: the list, one item's form, its history."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.assessment.authored import with_mixed_keys
from lms.assessment.authoring import queries, services
from lms.assessment.authoring.comparison import differences
from lms.assessment.authoring.dialogues.showing import shown_dialogue
from lms.assessment.authoring.forms.fields import complain
from lms.assessment.authoring.forms.filter_form import ItemFilterForm
from lms.assessment.authoring.forms.item_form import ItemForm, fact_choices
from lms.assessment.authoring.forms.items import ITEM_FORMS
from lms.assessment.authoring.forms.values import blank_values, new_key, posted_again, values_of
from lms.assessment.authoring.pinned import asked_now, waiting_for_publication
from lms.assessment.authoring.words import (
    KIND_ICONS,
    KIND_NAMES,
    KIND_NOTES,
    LANGUAGE_NAMES,
    LEVEL_NAMES,
    plain_text,
)
from lms.assessment.delivery.pictures import CourseFigures
from lms.assessment.exam_rules import by_level, total
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import Item, ItemKind
from lms.assessment.practice.met import PRACTISED
from lms.assessment.practice.queries import is_open_for_practice
from lms.assessment.views.base import blueprint
from lms.assessment.views.desk import Desk, is_final, open_desk, opened_with, posted
from lms.assessment.views.showing import samples_of
from lms.catalog.errors import ChangedMeanwhile, KeyTaken
from lms.core import clock
from lms.core.errors import Missing
from lms.core.unit_of_work import reads_first, release
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import paginate

AUTHOR = Permission.AUTHOR_COURSES
KINDS = {kind.value: kind for kind in ItemKind}


@blueprint.get("/authoring/courses/<slug>/items")
@access.requires(AUTHOR, guests=True)
def items(slug: str) -> ResponseReturnValue:
    """List the items of a course's bank, by key."""
    desk = open_desk(slug)
    form = ItemFilterForm(desk.frame.topics, request.args)
    valid = form.validate()
    found_items = queries.items_of(desk.course, _narrowed(form))
    page = paginate(
        found_items if valid else found_items.where(sa.false()),
        columns=[Item.key, Item.id],
        readers=[str, int],
        key=lambda row: (row[0].key, row[0].id),
        cursor=request.args.get("cursor"),
        size=30,
    )
    stock = queries.items_in_use(desk.course)
    return render_template(
        "assessment/authoring/items.html",
        desk=desk,
        form=form,
        page=page,
        filters={name: value for name, value in form.data.items() if value},
        counts=by_level(stock),
        total=total(stock),
        retired=queries.retired_count(desk.course),
        waiting=waiting_for_publication(desk.course),
        kind_names=KIND_NAMES,
        kind_icons=KIND_ICONS,
        level_names=LEVEL_NAMES,
        plain=plain_text,
    ), 200 if valid else 422


def _narrowed(form: ItemFilterForm) -> queries.ItemFilter:
    return queries.ItemFilter(
        words=form.q.data or "",
        topic=form.topic.data or "",
        kind=KINDS.get(form.kind.data),
        level=int(form.level.data) if form.level.data in {"1", "2", "3"} else None,
        retired=bool(form.retired.data),
        unexplained=bool(form.unexplained.data),
    )


@blueprint.get("/authoring/courses/<slug>/items/new")
@access.requires(AUTHOR, guests=True)
def new_item(slug: str) -> ResponseReturnValue:
    """Let the author choose the kind of a new item."""
    return render_template(
        "assessment/authoring/new_item.html",
        desk=open_desk(slug),
        kind_names=KIND_NAMES,
        kind_notes=KIND_NOTES,
        kind_icons=KIND_ICONS,
    )


@blueprint.route("/authoring/courses/<slug>/items/new/<kind>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
@reads_first
def create_item(slug: str, kind: str) -> ResponseReturnValue:
    """Show the form of a new item; save it."""
    desk = open_desk(slug)
    if kind not in KINDS:
        raise Missing
    form = _form(
        desk, KINDS[kind], {"topic": request.args.get("topic"), **blank_values(KINDS[kind])}
    )
    if not (is_final() and form.validate()):
        return _item_page(desk, form, None)
    release()
    key = form.key.data or new_key(str(form.topic.data), queries.keys_in_use(desk.course))
    try:
        authored = with_mixed_keys(form.authored(key))
        item = services.create_item(
            desk.course, authored, actor=current_user.person, now=clock.now()
        )
    except KeyTaken as refusal:
        complain(form.key, refusal.message)
        return _item_page(desk, form, None)
    flash(_("The question is saved."), "good")
    return redirect(url_for("assessment.item", slug=slug, public_id=item.public_id))


def _form(
    desk: Desk, kind: ItemKind, values: dict[str, Any], *, kept_sources: tuple[str, ...] = ()
) -> ItemForm:
    form_class = ITEM_FORMS[kind]
    fields = posted(form_class.lists)
    shown = values if fields is None else None
    frame = replace(desk.frame, facts=fact_choices())
    if kind is ItemKind.HOTSPOT or is_final():
        frame = replace(frame, figures=queries.figures_of(desk.version))
    return form_class(frame, fields, shown, kept_sources=kept_sources)


def _item_page(
    desk: Desk, form: ItemForm, item: Item | None, written: queries.WrittenVersion | None = None
) -> ResponseReturnValue:
    faults = form.faults()
    chosen = request.form.get("play")  # "p" and the path; the other fields carry the one before
    path = request.form.get("play-path", "") if chosen is None else chosen[1:]
    dialogue = shown_dialogue(form, desk.frame.languages, path)
    page = render_template(
        "assessment/authoring/item.html",
        dialogue=dialogue,
        rows={row.key.data: f"{row.key.id}-row" for row in form.turns.rows} if dialogue else {},
        opened_play=chosen is not None,
        desk=desk,
        form=form,
        item=item,
        written=written,
        faults=faults,
        samples=samples_of(
            form.authored(item.key if item else "new"), desk.frame.languages, desk.version.id
        ),
        kind_names=KIND_NAMES,
        kind_notes=KIND_NOTES,
        language_names=LANGUAGE_NAMES,
        pictures=sorted(CourseFigures(desk.version.id).items()),
        is_practised=item is not None and is_open_for_practice(item.id),
        may_practise=form.kind in PRACTISED,
        asked=asked_now(desk.course, item) if item else None,
    )
    return page, 422 if faults else 200


def _opened_item(desk: Desk, public_id: str) -> Item:
    item = queries.item_for(desk.course, public_id)
    if item is None:
        raise Missing
    return item


@blueprint.route("/authoring/courses/<slug>/items/<public_id>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
@reads_first
def item(slug: str, public_id: str) -> ResponseReturnValue:
    """Show the form of an item; save what changed as a new version."""
    desk = open_desk(slug)
    if is_final():
        release()  # what is read from here on is still so when it is written
    found = _opened_item(desk, public_id)
    written = _written(found, request.args.get("version"))
    values = {**values_of(written.authored), "row_version": str(found.row_version)}
    form = _form(desk, written.authored.kind, values, kept_sources=written.authored.sources)
    if not (is_final() and form.validate()):
        return _item_page(desk, form, found, written)
    mine = form.authored(found.key)
    try:
        changed = services.change_item(
            desk.course,
            found,
            mine,
            expected=opened_with(),
            actor=current_user.person,
            now=clock.now(),
        )
    except ChangedMeanwhile:
        return _conflict_page(desk, found, mine)
    flash(_("The question is saved.") if changed else _("Nothing was changed."), "good")
    return redirect(url_for("assessment.item", slug=slug, public_id=public_id))


def _written(item: Item, number: str | None) -> queries.WrittenVersion:
    """Return the asked version of ``item``, the current one by default."""
    if request.method == "POST" or not (number and number.isascii() and number.isdigit()):
        return queries.current_version(item)
    found = queries.written_versions(item, number=int(number[:9]))
    if not found:
        raise Missing
    return found[0]


def _conflict_page(desk: Desk, item: Item, mine: AuthoredItem) -> ResponseReturnValue:
    theirs = queries.current_version(item)
    page = render_template(
        "assessment/authoring/conflict.html",
        desk=desk,
        heading=_("Two people changed this question"),
        address=url_for("assessment.item", slug=desk.course.slug, public_id=item.public_id),
        who=theirs.author,
        when=theirs.written_at,
        differences=differences(theirs.authored, mine),
        fields=posted_again(request.form, row_version=str(item.row_version)),
    )
    return page, 409


@blueprint.get("/authoring/courses/<slug>/items/<public_id>/history")
@access.requires(AUTHOR, guests=True)
def item_history(slug: str, public_id: str) -> ResponseReturnValue:
    """Show an item's versions, each with what it changed."""
    desk = open_desk(slug)
    found = _opened_item(desk, public_id)
    versions = queries.written_versions(found)
    changes = [
        (version, differences(before.authored, version.authored) if before else [])
        for version, before in zip(versions, [*versions[1:], None], strict=True)
    ]
    return render_template(
        "assessment/authoring/item_history.html", desk=desk, item=found, changes=changes
    )


@blueprint.post("/authoring/courses/<slug>/items/<public_id>/retire")
@access.requires(AUTHOR, guests=True)
def retire_item(slug: str, public_id: str) -> ResponseReturnValue:
    """Take an item out of future exams."""
    desk = open_desk(slug)
    found = _opened_item(desk, public_id)
    services.retire_item(desk.course, found, actor=current_user.person, now=clock.now())
    flash(_("The question is retired: versions published from now on don't ask it."), "good")
    return redirect(url_for("assessment.item", slug=slug, public_id=public_id))


@blueprint.post("/authoring/courses/<slug>/items/<public_id>/restore")
@access.requires(AUTHOR, guests=True)
def restore_item(slug: str, public_id: str) -> ResponseReturnValue:
    """Let future exams ask a retired item again."""
    desk = open_desk(slug)
    found = _opened_item(desk, public_id)
    services.restore_item(desk.course, found, actor=current_user.person, now=clock.now())
    flash(_("The question is in use again."), "good")
    return redirect(url_for("assessment.item", slug=slug, public_id=public_id))
