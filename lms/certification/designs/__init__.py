"""Designs of certificates: layout, texts, colour, emblem and signatories, edited in the browser.

Invariants: a design's published versions never change; a certificate keeps the version it was
issued with, or the built-in one; what a person types is text, in which placeholders of a closed
list stand for the certificate's facts; pictures are made anew from their pixels; a retired design
makes no new certificates, and the network's choice is never a retired one. Serves HR of the whole
network, who also choose which design the certificates of a scheme or a course get.

``sheet.composing.compose`` turns a version, a language and a certificate's facts into a page of
placed texts (``Placed``, in millimetres), and that into the document for the renderer. What varies
from one certificate to the next is a placed text of its own, with ``varies`` set.
"""
