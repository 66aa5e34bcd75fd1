"""Data on what support and security owe a customer: one frozen model a file of the folder.

To add a file: a module with its model beside this one, a line in `registry.KINDS`.
"""
