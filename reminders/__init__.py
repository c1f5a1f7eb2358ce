"""When something is due: dates as people write them, days off, time limits as dates, what they count from."""
