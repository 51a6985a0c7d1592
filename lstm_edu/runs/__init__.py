"""Runs that take longer than a page may: each writes one record, which its page reads and plots."""
