"""The composition root: settings, application, command line."""
