from hypothesis import settings

# Kernels are compiled when they are first called: no time is asserted here.
settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")
