"""The resources that are served: the standard's schemas, cut to what is kept here."""

from typing import Annotated, Any

from pydantic import EmailStr, Field
from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

LANGUAGES = ["ru", "en"]
MOST = 200  # resources on one page
USUAL = 100  # users on a page of whoever doesn't say how many they want
# Characters of a search or a path, and operations of one change: they take long to read, and nobody
# could save an answer meanwhile. SQLite nests a thousand conditions, which these can't hold.
LONGEST, CHANGES = 4000, 1000
# Of one bulk request, which is one transaction: nobody could save an answer while more is done.
BULK_OPERATIONS, BULK_BYTES = 20, 2**20


class Name(ComplexAttribute):
    """A person's names; the middle one is the patronymic."""

    formatted: Annotated[str | None, Mutability.read_only] = None
    family_name: Annotated[str | None, Required.true] = None
    given_name: Annotated[str | None, Required.true] = None
    middle_name: str | None = None


class Email(ComplexAttribute):
    """An address for mail; one is kept."""

    value: EmailStr | None = None
    type: str | None = Field(None, examples=["work"])
    primary: bool | None = None


class GroupMembership(ComplexAttribute):
    """The unit of a person."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    ref: Annotated[Reference["Group"] | None, Mutability.read_only] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    display: Annotated[str | None, Mutability.read_only] = None


class User(Resource[AnyExtension]):
    """A person with a post and an account."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: Annotated[Name | None, Required.true] = None
    display_name: Annotated[str | None, Mutability.read_only] = None
    title: Annotated[str | None, Required.true] = None
    preferred_language: str | None = Field(None, examples=LANGUAGES)
    active: bool | None = None
    emails: list[Email] | None = None
    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None


class EnterpriseUser(Extension):
    """The standard's extension: number and unit."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    employee_number: str | None = None
    department: Annotated[str | None, Required.true] = None


class GroupMember(ComplexAttribute):
    """Who works in a unit."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(  # type: ignore[type-arg]
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    type: Annotated[str | None, Mutability.immutable] = None
    display: Annotated[str | None, Mutability.read_only] = None


class Group(Resource[Any]):
    """A unit of the network."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    members: list[GroupMember] | None = None


Person = User[Annotated[EnterpriseUser, Required.true]]  # type: ignore[type-arg, misc, valid-type]

PROVIDER = ScimProvider(
    models=[User, EnterpriseUser, Group],
    resource_types=[ResourceType.from_resource(Person), ResourceType.from_resource(Group)],
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=True, max_operations=BULK_OPERATIONS, max_payload_size=BULK_BYTES),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Token",
                description="A token of the API with the scope scim.",
                primary=True,
            )
        ],
    ),
)

# What stays as it was first given. Only the description says so: a client that sends the same in
# other letters, as directories do, is understood, which the library wouldn't do.
_STAYS = {"userName", "employeeNumber"}
for _attribute in (one for schema in PROVIDER.schemas for one in schema.attributes or ()):
    if _attribute.name in _STAYS:
        _attribute.mutability = Mutability.immutable
