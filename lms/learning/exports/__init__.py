"""The lists of learning as tables: HR's list of people, and who is where on a course.

Each takes a viewer and the values of the list's address, so that it can be made for the person who
looks at the page and, later, for those to whom it is mailed: each gets what they may see.
"""
