"""What counts in place of a certification for a time: "the old certificate counts until …".

Whoever holds the old one holds the new one, until the day that was said or the old one's last day,
whichever comes first; so they are compliant, may serve, and are reminded before it ends. What leads
to an award of their own is open all the while, by the whole route. It is recognised as facts, like
all else that is known of people: an award that says it is an equivalent, and its end where the old
one is lost.

What a person took away stays taken away: an old one that is merely held on, extended or reinstated
doesn't give it back. It counts again when the old one is newly awarded after that day, or once the
person had an award of their own since (see ``revocations``).
"""
