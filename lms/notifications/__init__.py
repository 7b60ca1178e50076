"""Messages to people: the inbox on the site, the outbox of mail, and its delivery over SMTP.

Owns what is said to whom. Invariants: a message is a row in the transaction that gives cause to it,
and one key says it once; its mail is offered to the server again after a failure, with growing
pauses, until it is taken, and never again once it may have been. Domains above register the kinds
of messages they write; HR and administrators see what went out to the people of their scope.
"""
