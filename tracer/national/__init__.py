"""The national core questionnaire: its columns, the ministry's upload file, a check of it, and the indicators."""
