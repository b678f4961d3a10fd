"""The moderators' desk: one queue over all kinds of cases, who works on which, and what belongs to a case."""
