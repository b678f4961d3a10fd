"""What associations do here: staff, members, lists of firms brought in, invitations."""
