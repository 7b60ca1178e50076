"""The way of a draft from editing to publication: asked for review, approved or sent back.

Steps are appended and never change; where a draft stands is derived from them. An approval holds
for exactly the content that was approved: it names its digest, and any change takes it away. A
course may ask for a second person: then neither who asked nor who edited last can approve, and
nothing is published without an approval.
"""
