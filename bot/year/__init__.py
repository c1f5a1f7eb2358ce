"""A simulated year of reminders: the real ticks, texts and outbox on a clock that is moved, against an oracle.

`cast` makes the people and the calendar, `player` lets them act, `service` runs what the bot runs, `reading` reads
what was said, `oracle` knows what should have been, from the issue's words alone.
"""
