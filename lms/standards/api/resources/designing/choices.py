"""Which certificates get which design: of a certification, of a course, of the whole network."""

from enum import Enum

from flask_babel import lazy_gettext as _l
from pydantic import ConfigDict, Field

from lms.catalog.models import Course
from lms.certification.designs import choosing, queries
from lms.certification.designs.choosing import NETWORK, Chosen, Place
from lms.certification.designs.models import CertificateDesign
from lms.certification.queries import registry
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.queries import schemes
from lms.core.errors import Missing
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.lists import slice_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, PageOf, Paging, Received, Sent
from lms.standards.api.resources.designing.designs import TAG, must_manage, must_see
from lms.standards.api.resources.standings import CertificationRef, certification_ref
from lms.standards.api.tokens.scopes import Scope


class Choice(Enum):
    """What certificates are made with."""

    DESIGN = "design"
    BUILT_IN = "built_in"  # the built-in certificate
    NEXT = "next"  # what is chosen for the course, then for the network


class DesignRef(Sent):
    """A design as other records name it."""

    id: Key
    name: str


class ChoiceOut(Sent):
    """What is chosen for a certification or a course; for neither: for the network."""

    certification: CertificationRef | None
    course: str | None
    chosen: Choice
    design: DesignRef | None
    counts: bool = Field(description="False: the next is asked, as the design is retired or none.")
    changes: int = Field(description="How often it was chosen; 0: never.")


class ChoiceIn(Received):
    """What certificates are made with from now on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"chosen": "design", "design": "0123456789abcdef"}]}
    )

    chosen: Choice = Field(description="`next` is possible for a certification and a course.")
    design: Key | None = Field(None, description="With `design`: a published one.")


@operation(
    "GET",
    "/certificate-design-choices",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="List choices of designs",
    query=Paging,
    answer=PageOf[ChoiceOut],
)
def list_design_choices(call: Call) -> Answer:
    """What is chosen for the network, then for certifications and courses that chose for
    themselves. A certificate asks its certification, its course, the network, in this order.
    """
    must_see(call)
    chosen = choosing.choices()
    rows = [_shown(chosen[NETWORK])]
    for scheme in schemes():
        place = Place(scheme_id=scheme.id)
        rows += [_shown(chosen[place], scheme=scheme)] if place in chosen else []
    for course, _title in registry.courses():
        place = Place(course_id=course.id)
        rows += [_shown(chosen[place], course=course)] if place in chosen else []
    return Answer(slice_of(rows, call.query, lambda row: row))


@operation(
    "GET",
    "/certificate-design-choices/network",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="Get the network's design",
    answer=ChoiceOut,
)
def get_network_design(call: Call) -> Answer:
    """What certificates get for which neither a certification nor a course chose."""
    must_see(call)
    return Answer(_shown(_present(NETWORK)))


@operation(
    "PUT",
    "/certificate-design-choices/network",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Choose the network's design",
    body=ChoiceIn,
    answer=ChoiceOut,
    versioned=True,
)
def choose_network_design(call: Call) -> Answer:
    """Choose for certificates that are issued from now on. 409: the design is retired or has no
    published version.
    """
    must_manage(call)
    call.match(_shown(_present(NETWORK)))
    if call.body.chosen is Choice.NEXT:
        raise fault("body.chosen", _l("has nothing next to it: it is the last that is asked"))
    _choose(call, NETWORK)
    return Answer(_shown(_present(NETWORK)))


@operation(
    "GET",
    "/certifications/{certification_id}/certificate-design",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="Get a certification's design",
    answer=ChoiceOut,
)
def get_certification_design(call: Call, certification_id: str) -> Answer:
    """What certificates of courses that are part of a certification get."""
    must_see(call)
    scheme = _scheme(certification_id)
    return Answer(_shown(_present(Place(scheme_id=scheme.id)), scheme=scheme))


@operation(
    "PUT",
    "/certifications/{certification_id}/certificate-design",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Choose a certification's design",
    body=ChoiceIn,
    answer=ChoiceOut,
    versioned=True,
)
def choose_certification_design(call: Call, certification_id: str) -> Answer:
    """Choose for certificates of the courses that are part of it, issued from now on. 409: the
    design is retired or has no published version.
    """
    must_manage(call)
    scheme = _scheme(certification_id)
    place = Place(scheme_id=scheme.id)
    call.match(_shown(_present(place), scheme=scheme))
    _choose(call, place)
    return Answer(_shown(_present(place), scheme=scheme))


@operation(
    "GET",
    "/courses/{slug}/certificate-design",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="Get a course's design",
    answer=ChoiceOut,
)
def get_course_design(call: Call, slug: str) -> Answer:
    """What certificates of a course get whose certifications chose nothing."""
    must_see(call)
    course = _course(slug)
    return Answer(_shown(_present(Place(course_id=course.id)), course=course))


@operation(
    "PUT",
    "/courses/{slug}/certificate-design",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Choose a course's design",
    body=ChoiceIn,
    answer=ChoiceOut,
    versioned=True,
)
def choose_course_design(call: Call, slug: str) -> Answer:
    """Choose for certificates of a course that are issued from now on. 409: the design is retired
    or has no published version.
    """
    must_manage(call)
    course = _course(slug)
    place = Place(course_id=course.id)
    call.match(_shown(_present(place), course=course))
    _choose(call, place)
    return Answer(_shown(_present(place), course=course))


def _scheme(certification_id: str) -> CertificationScheme:
    for one in schemes():
        if one.public_id == certification_id:
            return one
    raise Missing


def _course(slug: str) -> Course:
    for course, _title in registry.courses():
        if course.slug == slug:
            return course
    raise Missing


def _present(place: Place) -> Chosen:
    return choosing.choices().get(place, Chosen(follows_network=True))


def _choose(call: Call, place: Place) -> None:
    choosing.choose(
        place=place,
        design=_wished(call.body),
        follows_network=call.body.chosen is Choice.NEXT,
        seen=_present(place).number,
        now=call.now,
        actor=call.viewer.person,
    )


def _wished(given: ChoiceIn) -> CertificateDesign | None:
    if given.chosen is not Choice.DESIGN:
        if given.design is not None:
            raise fault("body.design", _l("goes only with `design`"))
        return None
    if given.design is None:
        raise fault("body.design", _l("is needed with `design`"))
    found = queries.design_for(given.design)
    if found is None:
        raise unknown("body.design")
    return found


def _shown(
    chosen: Chosen, *, scheme: CertificationScheme | None = None, course: Course | None = None
) -> ChoiceOut:
    design = chosen.design
    kind = Choice.NEXT if chosen.follows_network else Choice.BUILT_IN
    return ChoiceOut(
        certification=certification_ref(scheme) if scheme else None,
        course=course.slug if course else None,
        chosen=Choice.DESIGN if design else kind,
        design=DesignRef(id=design.public_id, name=design.name) if design else None,
        counts=chosen.counts or (scheme is None and course is None),
        changes=chosen.number,
    )
