"""What administrators and the owners of other systems see."""

from tests.support.scenes.stage import Scene, at, through
from tests.support.scenes.walks import once, previewed_move, sent

NEW_WEBHOOK = sent(
    at("/webhooks/new"),
    "main .form-actions button",
    name="Кадры",
    address="https://hr.example/hook",
    happenings="certificate.issued",
)

SCENES = [
    Scene("retention-new", "people.new_retention", "admin", at("/hr/retention/new")),
    Scene("retention-class", "people.retention_class", "admin", at("/hr/retention/exam_papers")),
    Scene("tokens", "api.tokens", "hr", at("/tokens")),
    Scene("new-token", "api.new_token", "hr", at("/tokens/new")),
    Scene("webhooks", "api.webhooks", "hr", at("/webhooks")),
    Scene("new-webhook", "api.new_webhook", "hr", at("/webhooks/new")),
    Scene("api-docs", "api.docs", None, at("/api/docs")),
    Scene("api-docs-section", "api.docs_section", None, at("/api/docs/certifications")),
    Scene("network", "people.network", "admin", at("/admin/network")),
    Scene("new-units", "people.new_units", "admin", at("/admin/network/units/new")),
    Scene("new-posts", "people.new_posts", "admin", at("/admin/network/posts/new")),
    Scene("unit-names", "people.unit_names", "admin", through("/admin/network", "#units th a")),
    Scene("move-unit", "certification.move_unit", "admin", previewed_move),
    Scene("post-names", "people.post_names", "admin", through("/admin/network", "#posts th a")),
    Scene("accounts", "people.accounts", "admin", at("/admin/accounts")),
    Scene("audit", "people.audit_log", "admin", at("/admin/audit")),
    Scene("background-work", "operations.jobs", "admin", at("/admin/jobs")),
    Scene(
        "token-made",
        "api.token_made",
        "hr",
        sent(at("/tokens/new"), "main .form-actions button", name="Кадры", scopes="people:read"),
    ),
    Scene(
        "webhook-secret",
        "api.webhook_secret",
        "hr",
        NEW_WEBHOOK,
    ),
    Scene(
        "webhook",
        "api.webhook",
        "hr",
        once(
            "/webhooks",
            "main a[href^='/webhooks/']:not([href$='/new'])",
            NEW_WEBHOOK,
        ),
    ),
    Scene(
        "account-of-another",
        "people.managed_account",
        "admin",
        through("/admin/accounts", "main tbody a"),
    ),
    Scene("first-sign-ins", "people.first_sign_ins", "admin", at("/admin/accounts/first-sign-ins")),
    Scene("new-account", "people.new_account", "admin", at("/admin/accounts/new")),
    Scene(
        "account-for-somebody",
        "people.create_account",
        "admin",
        through("/admin/accounts/new?q=ДЕМО-NEW", "main td a[href$='/account']"),
    ),
]
