"""What a client sent of a user, as our records take it."""

import re
from typing import Any

import sqlalchemy as sa
from scim2_models import InvalidPathException, InvalidValueException, UniquenessException
from sqlalchemy.exc import IntegrityError

from lms.core.database import db
from lms.core.tables.texts import has_hidden, trimmed
from lms.people.models import Person
from lms.standards.scim.models import ScimIdentity
from lms.standards.scim.schemas import CHANGES, LANGUAGES, LONGEST


def address_of(user: Any) -> str | None:
    """Return the address that is the primary one, else the first; None without any."""
    kept = [email for email in user.emails or () if email.value]
    best = next((email for email in kept if email.primary), kept[0] if kept else None)
    return line("emails.value", str(best.value), 254) if best else None


def language_of(user: Any) -> str | None:
    """Return the language that a user prefers, if the site speaks it."""
    asked = (user.preferred_language or "").lower()[:2]
    return asked if asked in LANGUAGES else None


def line(what: str, text: str | None, most: int = 120, *, least: int = 1) -> str:
    """Return a text on one line; raise InvalidValueException, which says of what it isn't one."""
    plain = trimmed(text or "")
    if not least <= len(plain) <= most or has_hidden(plain):
        raise InvalidValueException(
            detail=f"{what}: {plain[:40]!a} has not {least} to {most} characters, all visible"
        )
    return plain


# Of the standard's users (RFC 7643, 4.1 and 4.3) what isn't kept here. Directories send it unasked:
# it is passed over; an attribute that no schema knows is refused.
UNKEPT = frozenset(
    {"nickname", "profileurl", "usertype", "locale", "timezone", "password", "phonenumbers"}
    | {"ims", "photos", "addresses", "entitlements", "roles", "x509certificates"}
    | {"costcenter", "organization", "division", "manager"}
    | {"name.honorificprefix", "name.honorificsuffix", "emails.display"}
)
# What follows from others here and which a change may name all the same.
DERIVED = frozenset({"displayname", "groups", "name.formatted", "members.display", "members.$ref"})
# Schemas and messages of the standard (RFC 7643, 10.3): what isn't of them is somebody's extension.
OURS = (
    "urn:ietf:params:scim:schemas:core:",
    "urn:ietf:params:scim:schemas:extension:enterprise:",
    "urn:ietf:params:scim:api:",
)
PATH = re.compile(r"(?:urn:[\w:.]+:User:)?([\w$]+)(\[.*\])?(?:\.([\w$]+))?", re.IGNORECASE)
KEY = re.compile(r'[^"\\]+')


def understood(content: Any, kind: str) -> Any:
    """Return a request's content without what isn't kept, in the words that the library takes.

    ``kind`` is ``Users``, ``Groups`` or ``Bulk``. A change may come to mean nothing: then its list
    of operations is empty.
    """
    if not isinstance(content, dict):
        return content
    operations = content.get("Operations")
    if not isinstance(operations, list):
        kept = _kept(content, UNKEPT | {"members.display", "members.$ref"})
        return {key: _known(value) if key == "schemas" else value for key, value in kept.items()}
    if kind == "Bulk":
        return {**content, "Operations": [_of_bulk(one) for one in operations]}
    meant = [said for one in operations for said in _said(one, kind)]
    if max(len(operations), len(meant)) > CHANGES:
        raise InvalidValueException(detail=f"A change has at most {CHANGES} operations")
    return {**content, "Operations": meant}


def _of_bulk(operation: Any) -> Any:
    if not isinstance(operation, dict) or not isinstance(operation.get("data"), dict):
        return operation  # without data, or with some that the library tells what is wrong with
    kind = str(operation.get("path", "")).strip("/").partition("/")[0]
    data = understood(operation["data"], kind)
    return {**operation, "data": data if data.get("Operations", [1]) else operation["data"]}


def _kept(values: dict[str, Any], unkept: frozenset[str], within: str = "") -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in values.items():
        name = within + _plain(key)
        if _is_in(unkept, name) or _is_foreign(key):
            continue
        kept[key] = value
        if isinstance(value, dict):
            inner = "" if key.lower().startswith("urn:") else f"{name}."
            kept[key] = _kept(value, unkept, inner)
        elif isinstance(value, list):
            kept[key] = [
                _kept(one, unkept, f"{name}.") if isinstance(one, dict) else one
                for one in value
                if not (name == "emails" and isinstance(one, dict) and one.get("value") == "")
            ]
    return kept


def _known(schemas: Any) -> Any:
    """Return the schemas of a record without those of others; alone they stay, to be refused."""
    if not isinstance(schemas, list):
        return schemas
    return [one for one in schemas if not _is_foreign(str(one))] or schemas


def _is_foreign(path: str) -> bool:
    """Tell whether an attribute is of a schema of others: a directory's own extension."""
    return path.lower().startswith("urn:") and not path.lower().startswith(OURS)


def _plain(path: str) -> str:
    """Return the attribute that a path leads to, without its schema and filter."""
    found = PATH.fullmatch(path)
    if found is None:
        return path.lower()
    return ".".join(part for part in (found[1], found[3]) if part).lower()


def _said(operation: Any, kind: str) -> list[Any]:
    """Return what one operation of a change means here, perhaps nothing."""
    if not isinstance(operation, dict):
        return [operation]
    unkept = UNKEPT | (DERIVED if kind == "Users" else DERIVED - {"displayname"})
    path, value = operation.get("path"), operation.get("value")
    if len(str(path)) > LONGEST:
        raise InvalidPathException(detail=f"A path has at most {LONGEST} characters")
    if not isinstance(path, str):
        if not isinstance(value, dict):
            return [operation]
        kept = _kept(value, unkept)
        mail = next((key for key in kept if _is_mail(key)), None)
        if mail is not None:
            kept["emails"] = _mails(kept.pop(mail))
        return [{**operation, "value": kept}] if kept else []
    if _is_in(unkept, _plain(path)) or _is_foreign(path):
        return []
    is_end = str(operation.get("op", "")).lower() == "remove"
    if kind == "Users" and "[" in path and _plain(path).startswith("emails"):
        return _of_mail(operation, is_end=is_end)
    if kind == "Groups" and _plain(path) == "members" and isinstance(value, list):
        return _of_members(operation, value, unkept, is_end=is_end)
    return [operation]


def _of_mail(operation: dict[str, Any], *, is_end: bool) -> list[Any]:
    """One address is kept, of whatever type."""
    if _is_mail(operation["path"]) and not is_end:
        return [{"op": "replace", "path": "emails", "value": _mails(operation.get("value"))}]
    if _plain(operation["path"]) in ("emails.type", "emails.primary"):
        return []
    return [{"op": "remove", "path": "emails"}] if is_end else [operation]


def _mails(address: Any) -> list[Any]:
    """Return the list of one address, or of none: an empty one is how systems send that."""
    return [{"value": address, "type": "work", "primary": True}] if address else []


def _of_members(
    operation: dict[str, Any], value: list[Any], unkept: frozenset[str], *, is_end: bool
) -> list[Any]:
    if not is_end:
        return [{**operation, "value": _kept({"members": value}, unkept)["members"]}]
    keys = [str(one.get("value")) for one in value if isinstance(one, dict)]
    if not all(map(KEY.fullmatch, keys)):
        return [operation]
    return [{"op": "remove", "path": f'members[value eq "{key}"]'} for key in keys]


def _is_in(names: frozenset[str], name: str) -> bool:
    return name in names or name.partition(".")[0] in names


def _is_mail(path: str) -> bool:
    return "[" in path and _plain(path) == "emails.value"


def keep_external_id(person: Person, external_id: str | None) -> bool:
    """Keep what the client calls a person; tell whether that is new.

    What it called a record that was merged into the person's goes on leading to them. Raises
    UniquenessException when another is called so.
    """
    known = db.session.get(ScimIdentity, person.id)
    before = known.external_id if known else None
    if external_id == before:
        return False
    if external_id is None:
        db.session.delete(known)
        db.session.flush()
        return True
    wanted = line("externalId", external_id, 200)
    former = _former(person, wanted)
    try:
        with db.session.begin_nested():
            if former is not None:
                db.session.delete(former)
                db.session.flush()
            db.session.merge(ScimIdentity(person_id=person.id, external_id=wanted))
            db.session.flush()
            if former is not None and before is not None:
                db.session.add(ScimIdentity(person_id=former.person_id, external_id=before))
    except IntegrityError as error:
        raise UniquenessException(detail="Another user already has this externalId") from error
    return True


def _former(person: Person, external_id: str) -> ScimIdentity | None:
    statement = (
        sa.select(ScimIdentity)
        .join(Person, Person.id == ScimIdentity.person_id)
        .where(Person.merged_into_id == person.id, ScimIdentity.external_id == external_id)
    )
    return db.session.scalars(statement).one_or_none()
