"""Files of a course: pictures, drawings, recordings with captions, documents.

A file is what its content is, never what its name says. What people upload is stored clean:
pictures are made anew from their pixels, drawings go through the sanitiser, recordings lose what
phones write into them. A course folder must hold files that are clean already, so that it loads and
exports to the same bytes. Smaller pictures for phones are derived from the stored ones and belong
to no version.
"""
