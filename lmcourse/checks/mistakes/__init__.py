"""The known mistakes of a chapter, where its checks would grow too long with them.

Each is a wrong program that somebody has written before, beside the hint that helps.
"""
