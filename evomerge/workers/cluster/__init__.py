"""A process of its own that talks to Ray, and how the driver talks to it.

Ray's client ends its process when what it is connected to is gone, prints to stdout, and waits for
minutes where nobody answers. In a process of its own it can do so: the driver hears that it has
ended, and starts another.
"""
