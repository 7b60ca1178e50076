"""What verifiers of credentials fetch: issuer, keys, achievements, status lists. Public, cached."""

from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from lms.certification.credentials import badges, proofs, services, statuses
from lms.certification.credentials.sites import CREDENTIALS_V2, OPEN_BADGES_3, Site
from lms.certification.views.blueprint import blueprint, settings
from lms.core import clock
from lms.core.errors import Missing
from lms.core.signing import JWT_ALGORITHM, KeyUse, key_ring
from lms.web import access

DID = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
KEY_TYPES = ("https://w3id.org/security/jwk/v1", MULTIKEY)
JWT_FORM = "application/vc+jwt"
LIST_FORMS = (JWT_FORM, "application/vc", "application/ld+json", "application/json")


@blueprint.get("/credentials/issuer")
@access.public
def issuer() -> ResponseReturnValue:
    """Describe who issues credentials, and name the keys that sign them."""
    site = _site()
    named = settings().issuer[settings().default_language]
    document = {
        # First the words for keys: verifiers know them, and then needn't interpret the rest.
        "@context": [DID, *KEY_TYPES, CREDENTIALS_V2, OPEN_BADGES_3],
        **badges.profile(site, named),
        "alsoKnownAs": [site.did],
        **_methods(site.issuer, site.keys),
    }
    return _public(jsonify(document))


@blueprint.get("/.well-known/did.json")
@blueprint.get("/did.json")
@access.public
def did_document() -> ResponseReturnValue:
    """Send the same keys for who resolves ``did:web``; the second address is a site's in a path."""
    site = _site()
    document = {
        "@context": [DID, *KEY_TYPES],
        "id": site.did,
        "alsoKnownAs": [site.issuer],
        **_methods(site.did, f"{site.did}#"),
    }
    return _public(jsonify(document))


@blueprint.get("/credentials/issuer/keys")
@access.public
def credential_keys() -> ResponseReturnValue:
    """Send the keys as a set (JWKS), each named as credentials name it."""
    return _public(jsonify({"keys": list(_keys().values())}))


@blueprint.get("/credentials/issuer/keys/<kid>")
@access.public
def credential_key(kid: str) -> ResponseReturnValue:
    """Send one key, at the address that stands in a credential; a compromised one is gone.

    By its id as JWK, by its Multikey as the controlled identifier that proofs name.
    """
    site = _site()
    known: dict[str, dict[str, Any]] = {}
    for name, key in _keys().items():
        method = _multikey(key, site.issuer, site.keys)
        known |= {name: key, method["publicKeyMultibase"]: {"@context": MULTIKEY, **method}}
    if kid not in known:
        raise Missing
    return _public(jsonify(known[kid]))


@blueprint.get("/credentials/achievements/<slug>/<number>")
@access.public
def achievement(slug: str, number: str) -> ResponseReturnValue:
    """Describe what a version of a course is proof of."""
    found = services.achievement(slug, _number(number), settings=settings())
    if found is None:
        raise Missing
    described = {"@context": [CREDENTIALS_V2, OPEN_BADGES_3], **found.described(_site())}
    return _public(jsonify(described))


@blueprint.get("/credentials/status/<number>")
@access.public
def status_list(number: str) -> ResponseReturnValue:
    """Send a status list, signed: as VC-JWT, or with a proof inside to who asks for JSON."""
    kind = request.accept_mimetypes.best_match(LIST_FORMS, JWT_FORM)
    make = services.status_list if kind == JWT_FORM else services.proven_status_list
    content = make(_number(number), now=clock.now(), settings=settings())
    if content is None:
        raise Missing
    response = _public(Response(content, mimetype=kind))
    response.vary.add("Accept")
    return response


def _number(text: str) -> int:
    """Return a number from an address; Missing for what can be none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Missing
    return int(text)


def _site() -> Site:
    return Site(settings().public_address)


def _keys() -> dict[str, dict[str, Any]]:
    """Return the keys that are trusted, by id, as verifiers of credentials know them."""
    return {
        key.kid: key.public | {"kid": _site().keys + key.kid, "alg": JWT_ALGORITHM}
        for key in key_ring(settings(), KeyUse.CREDENTIALS).all()
        if not key.is_compromised
    }


def _methods(controller: str, keys_at: str) -> dict[str, Any]:
    """Return the verification methods of a document about ``controller``."""
    methods: list[dict[str, Any]] = [
        {
            "id": keys_at + kid,
            "type": "JsonWebKey",
            "controller": controller,
            "publicKeyJwk": {name: key[name] for name in ("kty", "crv", "x")},
        }
        for kid, key in _keys().items()
    ]
    # The same keys as proofs inside documents name them; as a part of this document: formerly.
    for at in dict.fromkeys((keys_at, f"{controller}#")):
        methods += [_multikey(key, controller, at) for key in _keys().values()]
    return {
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _multikey(key: dict[str, Any], controller: str, keys_at: str) -> dict[str, str]:
    named = proofs.multikey(key)
    return {
        "id": keys_at + named,
        "type": "Multikey",
        "controller": controller,
        "publicKeyMultibase": named,
    }


def _public(response: Response) -> Response:
    """Let anyone keep the answer for a while, pages of other sites among them."""
    seconds = int(statuses.FRESH.total_seconds())
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
