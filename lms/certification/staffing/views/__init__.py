"""Pages of staffing: a centre's week, one part of a day, what is said of a centre, import."""

from lms.certification.staffing.views import centre, groups, people, week

__all__ = ["centre", "groups", "people", "week"]
