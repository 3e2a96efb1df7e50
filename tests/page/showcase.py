"""A small bot that shows everything the page must be able to show; it is made with discord.py, like any bot."""

import asyncio
import io
import struct
import zlib
from typing import Any

import discord
from discord import app_commands, ui

PARTS = ["flow", "code", "steps"]
WIDTH = 46  # columns of a code block that a phone must show without scrolling
CODE = f"""```js
async function inTurn() {{
  const a = await task(1, 300);
  const b = await task(2, 500);
  return [a, "b", 42, true];
}}
{"// " + "46 columns fit ".ljust(WIDTH - 3, ".")}
```"""
TABLE = """```ansi
\x1b[1;34mstep\x1b[0m │ task 1   │ task 2   │ what happens  46
  1  │ \x1b[33mstarted\x1b[0m  │ -        │ sequential begins
  2  │ \x1b[32mfinished\x1b[0m │ \x1b[33mstarted\x1b[0m  │ task 2 only now
```"""


def picture(width: int = 320, height: int = 180) -> bytes:
    """A PNG of two colours, without any library."""
    left, right = bytes((88, 101, 242)) * (width // 2), bytes((69, 197, 117)) * (width - width // 2)
    rows = (b"\0" + left + right) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class Lesson(ui.LayoutView):
    """A private message that is edited again and again: a text, a menu of parts, Previous and Next."""

    def __init__(self, place: int = 0) -> None:
        super().__init__(timeout=None)
        self.place = place
        menu: ui.Select[Any] = ui.Select(custom_id="part", placeholder="Choose a part")
        for index, part in enumerate(PARTS):
            menu.add_option(label=part, value=str(index), description=f"Part {index + 1}", default=index == place)
        menu.callback = lambda interaction: self.go(interaction, int(menu.values[0]))
        previous = self.button("Previous", -1, place == 0)
        following = self.button("Next", 1, place == len(PARTS) - 1)
        self.add_item(
            ui.Container(
                ui.TextDisplay(f"## Two tasks: {PARTS[place]}\nIn turn, or **together**?"),
                ui.TextDisplay([CODE, TABLE, "> One after the other, or\n> both at once."][place]),
                ui.Separator(),
                ui.ActionRow(menu),
                ui.ActionRow(previous, following),
                accent_colour=discord.Colour.blurple(),
            )
        )

    def button(self, label: str, step: int, disabled: bool) -> ui.Button[Any]:
        button: ui.Button[Any] = ui.Button(label=label, custom_id=label, disabled=disabled)
        button.callback = lambda interaction: self.go(interaction, self.place + step)
        return button

    async def go(self, interaction: discord.Interaction, place: int) -> None:
        await interaction.response.edit_message(view=Lesson(place))


class Gallery(ui.LayoutView):
    """A section with its button, pictures, a file and a menu of which two may be chosen."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        cheer: ui.Button[Any] = ui.Button(label="Cheer", emoji="🎉", style=discord.ButtonStyle.success)
        cheer.callback = lambda interaction: interaction.response.send_message("🎉 Hooray!")
        link: ui.Button[Any] = ui.Button(label="Read more", url="https://example.org/")
        menu: ui.Select[Any] = ui.Select(placeholder="Choose two colours", max_values=2, custom_id="colours")
        for colour in ("Red", "Green", "Blue"):
            menu.add_option(label=colour)
        menu.callback = lambda interaction: interaction.response.send_message(", ".join(menu.values))
        who: ui.UserSelect[Any] = ui.UserSelect(placeholder="Choose somebody", custom_id="somebody")
        who.callback = lambda interaction: interaction.response.send_message(f"You chose {who.values[0].mention}")
        self.add_item(
            ui.Container(
                ui.Section("### A section\nwith a button beside it", accessory=cheer),
                ui.MediaGallery(discord.MediaGalleryItem("attachment://two.png", description="Two colours")),
                ui.File("attachment://notes.txt"),
                ui.ActionRow(menu),
                ui.ActionRow(who),
                ui.ActionRow(link),
            )
        )


class Survey(ui.Modal, title="Tell us"):
    """A form with every kind of field."""

    name: ui.TextInput[Any] = ui.TextInput(label="Your name", min_length=2, max_length=20)
    level = ui.Label(
        text="Your level",
        description="As you see it",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label="New"), discord.RadioGroupOption(label="Old hand")]
        ),
    )
    topics = ui.Label(
        text="Topics",
        component=ui.CheckboxGroup(
            options=[discord.CheckboxGroupOption(label="Promises"), discord.CheckboxGroupOption(label="Tasks")],
            required=False,
        ),
    )
    language = ui.Label(
        text="Language",
        component=ui.Select(options=[discord.SelectOption(label="Python"), discord.SelectOption(label="JavaScript")]),
    )
    news = ui.Label(text="Send me news", component=ui.Checkbox())
    # Five parts are the most that a modal may have.

    async def on_submit(self, interaction: discord.Interaction) -> None:
        level, topics, language, news = (
            label.component for label in (self.level, self.topics, self.language, self.news)
        )
        assert isinstance(level, ui.RadioGroup)
        assert isinstance(topics, ui.CheckboxGroup)
        assert isinstance(language, ui.Select)
        assert isinstance(news, ui.Checkbox)
        told = [self.name.value, level.value, *topics.values, *language.values, f"news: {news.value}"]
        await interaction.response.send_message(" / ".join(str(part) for part in told), ephemeral=True)


class Trouble(ui.View):
    """A button that nobody answers, and one that is slow."""

    def __init__(self, slow: asyncio.Event) -> None:
        super().__init__(timeout=None)
        self.slow = slow

    @ui.button(label="Silence", style=discord.ButtonStyle.danger, custom_id="silence")
    async def silence(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        """Let the three seconds pass."""

    @ui.button(label="Wait", custom_id="wait")
    async def wait(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        await self.slow.wait()
        await interaction.response.edit_message(content="It is done.")


class Showcase(discord.AutoShardedClient):
    """The bot. `slow` lets its slow answers go on."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.1)  # there is one server
        self.tree = app_commands.CommandTree(self)
        self.slow = asyncio.Event()
        self.is_up = asyncio.Event()
        add_commands(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.is_up.set()


def add_commands(bot: Showcase) -> None:
    add_commands_with_options(bot.tree, bot.slow)
    add_plain_commands(bot.tree, bot.slow)


def add_commands_with_options(tree: app_commands.CommandTree[Showcase], slow: asyncio.Event) -> None:
    @tree.command(description="Read a lesson")
    @app_commands.describe(topic="What to learn about", part="Where to begin")
    @app_commands.choices(part=[app_commands.Choice(name=part, value=index) for index, part in enumerate(PARTS)])
    async def lesson(interaction: discord.Interaction, topic: str, part: int = 0) -> None:
        if topic != "async":
            await interaction.response.send_message(f"There is no lesson “{topic}”.", ephemeral=True)
            return
        await interaction.response.send_message(view=Lesson(part), ephemeral=True)

    @lesson.autocomplete("topic")
    async def topics(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        known = [("Sequential and parallel", "async"), ("Streams of events", "streams")]
        return [app_commands.Choice(name=name, value=value) for name, value in known if typed in name + value]

    @tree.command(description="Watch tasks run")
    @app_commands.choices(
        demo=[app_commands.Choice(name=name, value=name) for name in ("sequential", "parallel", "compare")]
    )
    @app_commands.describe(demo="Which way to run them", delays="Milliseconds, such as 300, 500")
    async def demo(interaction: discord.Interaction, demo: str, delays: str = "300, 500") -> None:
        await interaction.response.defer(thinking=True)
        await slow.wait()
        await interaction.edit_original_response(content=f"**{demo}** with `{delays}` took 812 ms\n{TABLE}")

    @tree.command(description="Say hello to somebody")
    @app_commands.describe(member="Whom to greet", loud="In capitals")
    async def hello(interaction: discord.Interaction, member: discord.Member, loud: bool = False) -> None:
        greeting = f"hello {member.mention}"
        await interaction.response.send_message(greeting.upper() if loud else greeting)


def add_plain_commands(tree: app_commands.CommandTree[Showcase], slow: asyncio.Event) -> None:
    @tree.command(description="Pictures, a file, menus")
    async def gallery(interaction: discord.Interaction) -> None:
        files = [
            discord.File(io.BytesIO(picture()), "two.png", description="Two colours"),
            discord.File(io.BytesIO(b"Bring tea.\n"), "notes.txt"),
        ]
        await interaction.response.send_message(view=Gallery(), files=files)

    @tree.command(description="A form")
    async def survey(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Survey())

    @tree.command(description="Buttons that fail")
    async def trouble(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Press at your own risk.", view=Trouble(slow))

    @tree.command(description="Never answers")
    async def silence(interaction: discord.Interaction) -> None:
        """Let the three seconds pass."""

    @tree.command(description="An embed, an attachment, and plenty of markdown")
    async def embed(interaction: discord.Interaction) -> None:
        card = discord.Embed(title="Score", description="**7** of 10\n" + CODE, colour=0x45C575)
        card.add_field(name="Easy", value="3/3").add_field(name="Medium", value="3/4").add_field(
            name="Hard", value="1/3"
        )
        card.set_footer(text="Best first attempt")
        text = (
            "# Title\n-# small print\n1. one\n2. **two**\n  - nested\n> quoted ||secret|| `code`\nhttps://example.org"
        )
        file = discord.File(io.BytesIO(picture()), "two.png", description="Two colours")
        await interaction.response.send_message(text, embed=card, file=file)
