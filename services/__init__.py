"""What people can do, one module per noun. Nothing here knows of requests or pages."""
