"""The bot: pull requests with the manners of a good colleague. It decides over records, then acts through a forge."""
