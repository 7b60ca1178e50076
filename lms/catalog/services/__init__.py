"""Commands on courses and their versions. Drafts change, published versions never do."""

from lms.catalog.services.activities import add_activity, change_activity, order_of
from lms.catalog.services.details import (
    add_source,
    add_topic,
    change_settings,
    change_source,
    change_topic,
    remove_source,
    remove_topic,
)
from lms.catalog.services.importing import Effect, ImportPlan, import_draft, plan_import
from lms.catalog.services.lessons import edit_lesson
from lms.catalog.services.loading import (
    BrokenCourse,
    Loaded,
    Outcome,
    load_course,
    load_reading,
    opened,
)
from lms.catalog.services.outline import (
    add_lesson,
    add_module,
    change_lesson,
    change_module,
    remove_lesson,
    remove_module,
)
from lms.catalog.services.placing import (
    move_activity,
    move_module,
    order_stamp,
    place_activity,
    place_module,
)
from lms.catalog.services.versions import (
    create_course,
    discard_draft,
    exam_activity,
    open_draft,
    publish,
)

__all__ = [
    "BrokenCourse",
    "Effect",
    "ImportPlan",
    "Loaded",
    "Outcome",
    "add_activity",
    "add_lesson",
    "add_module",
    "add_source",
    "add_topic",
    "change_activity",
    "change_lesson",
    "change_module",
    "change_settings",
    "change_source",
    "change_topic",
    "create_course",
    "discard_draft",
    "edit_lesson",
    "exam_activity",
    "import_draft",
    "load_course",
    "load_reading",
    "move_activity",
    "move_module",
    "open_draft",
    "opened",
    "order_of",
    "order_stamp",
    "place_activity",
    "place_module",
    "plan_import",
    "publish",
    "remove_lesson",
    "remove_module",
    "remove_source",
    "remove_topic",
]
