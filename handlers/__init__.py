"""The face of the assistant in Telegram: one module for each thing a person does."""
