"""Which offspring are the same and which genes have no effect, without reading a tensor."""
