"""SCIM 2.0 (RFC 7643, 7644): an HR system keeps people and their access in step, ``/scim/v2``.

A **User** is a person with a post and the account they sign in with: ``employeeNumber`` is the
personnel number, ``department`` the code of the unit, ``title`` the code of the post. ``active:
false`` shuts the account, ``DELETE`` ends the employment; records stay in both. A **Group** is a
unit of the network: its members are who works there, adding one is a transfer from today, and
units themselves are made elsewhere. The protocol is the library's (scim2-server); here is what its
operations mean for our records, within the scope of whom the token acts as.
"""
