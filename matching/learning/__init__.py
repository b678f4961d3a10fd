"""What really happened moves the default order: history in, a ranking layer over the pair score out."""
