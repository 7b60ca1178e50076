"""Many certificates at once: their files to download or to print, issuing and revoking them.

And many certifications: evidence, awards, and results from before they were asked for.

A batch has its people frozen when it is asked for. Jobs work it off in stints of some seconds; each
portion is committed, so that progress is what is done, and a batch that is stopped, or whose worker
is killed, goes on where it was. What changes something begins when a second person agrees. Files
lie apart from all others and go after ``KEPT_FOR``.
"""
