"""Tables, migrations and queries. The only package that speaks SQL. No rules: those stand in `bot.domain`."""
