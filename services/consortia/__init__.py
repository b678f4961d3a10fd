"""Groups of firms, from the first idea to a running consortium and its end.

`transitions` declares which act leads from which state to which and what stands before it, `guards` says what is
missing, `moving` does it. `members`, `votes`, `content` and `reviews` are what people do inside a state; whatever
they change, `moving.members_changed` and `moving.content_changed` apply the rules that follow (a changed group goes
back, a shrunken one is reviewed). `tallies` counts a vote, `closing` ends votes and memberships, each of which may
end the other.
Every act holds the group's row first, so that of two people who act at once one comes after the other.
"""
