"""``boussole check``: the house's data read with a social worker's eye; every problem said in French, all at once."""
