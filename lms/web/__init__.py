"""The page kit: access to routes, forms, fields, errors, paging, navigation, filters.

It knows how pages behave, not what they are about. Each route declares its need with a decorator
of ``access``; the application refuses to start when one does not.
"""
