"""Training that closes a gap: what each person lacks, how soon they could be certified."""
