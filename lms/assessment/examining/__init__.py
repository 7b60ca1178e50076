"""What happens around and after a sitting: receipts, replay, regrades, appeals, the live view.

An attempt's log and its scores stay as they are; this package reads them, signs what a candidate
may keep of them, and appends: corrections of keys, new scores, appeals with their answers. An
examiner sees the people within ``SEE_COURSE_RESULTS``; anyone else's sitting answers as a missing
one.
"""
