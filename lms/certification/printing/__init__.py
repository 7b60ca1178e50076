"""Making documents of many certificates, spread over the processors.

A press has as many units as there are processors; each is a confined process that sets documents
(``core.pdf``) and a process that signs them. Both run at low priority: who waits for a page comes
first.
"""
