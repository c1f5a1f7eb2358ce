"""What comes of a survey: the report against the standards, the ministry's file, data files, anonymous counts."""
