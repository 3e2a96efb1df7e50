"""What the bot does, free of Discord: load, ask the domain, save, answer. Each service is handed what it needs."""
