"""The chat page: a person's side of the local Telegram, in a browser on this machine."""
