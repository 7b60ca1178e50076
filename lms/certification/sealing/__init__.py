"""The electronic signature in certificate PDFs (PAdES), made with a key of the training centre.

``authority`` keeps the keys and their X.509 certificates, ``signer`` signs. A signature of this
kind shows that a file is the training centre's and unaltered; it has no force of law by itself.
"""
