"""Views across domains: one person's whole record, saved lists and their mail, question statistics.

Owns saved lists, their schedules and runs; changes nothing else. Reads what learning, assessment,
certification and the audit log hold within the viewer's scope. A person's record serves HR;
question statistics serve instructors and name nobody, their mathematics stands apart in
``item_analysis``. ``resources`` declares what the API offers of it.
"""
