"""Merging two records of one human being.

One record stays, the other ends. What is known of the person moves with its own record: each
domain says for each of its keys of a person what a merge does (``carrying``), and a test finds keys
that say nothing. Nothing that was done is rewritten: a fact, an attempt or a certificate keeps all
it says and only belongs to the record that stays; the issue register goes on naming whom a
certificate was issued to, and the audit log stays as it is. The record that ends remains as an
alias: its public id and personnel number lead to the one that stays.

What was shown in the dry run is what a second person agrees to, and one transaction does it.
"""
