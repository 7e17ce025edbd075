def nearly_known(there, new):
    return []
