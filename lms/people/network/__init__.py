"""What people are employed at and as: the parts of the network and the posts.

Administrators of the whole network keep both.

Codes never change: tables of people, programmes and other systems name parts and posts by them.
"""
