"""Pages of staffing: a centre's week, one part of a day, what is said of a centre, import."""

from lms.certification.staffing.views import centre, groups, importing, people, week

__all__ = ["PAGES", "centre", "groups", "importing", "people", "week"]

# On which the navigation shows where one is.
PAGES = (
    "certification.staffing",
    "certification.staffing_week",
    "certification.staffing_part",
    "certification.staffing_training",
    "certification.staffing_windows",
    "certification.staffing_needs",
    "certification.staffing_people",
    "certification.staffing_person",
    "certification.say_days",
    "certification.staffing_import",
    "certification.check_staffing",
    "certification.confirm_staffing",
    "certification.service_groups",
    "certification.new_service_group",
    "certification.edit_service_group",
)
