"""A local stand-in for the Bot API of Telegram, on loopback only, to try and to test the real bot."""
