"""What a group keeps: documents made from its own data, files that members bring, minutes, steps to a legal form.

`freezing` copies the group as a document needs it, `making` keeps each version with that copy, `uploads` takes files
in after `contents` has looked at them, `minutes` and `steps` are what members write and tick. Members of the group
see all of it, and moderators where they see the group.
"""
