"""What a channel lets whom do: Discord's algorithm, and every door that asks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import Playground
from bot.playground.model import Channel
from bot.playground.permissions import EVERY_PERMISSION, Bearer, Overwrite, Permission, overwritten
from tests.playground.local_discord import Frame, Rest, Tab, Wire, pressed

VIEW, SEND, ATTACH, EMBED = (
    Permission.VIEW_CHANNEL,
    Permission.SEND_MESSAGES,
    Permission.ATTACH_FILES,
    Permission.EMBED_LINKS,
)
HISTORY = Permission.READ_MESSAGE_HISTORY
EVERYONE, ADA = 1, 9
BITS = st.integers(0, 255)
OVERWRITES = st.dictionaries(st.sampled_from([EVERYONE, 2, 3, 4, ADA, 10]), st.tuples(BITS, BITS), max_size=6)


def published(base: int, overwrites: dict[int, tuple[int, int]], roles: list[int]) -> int:
    """The pseudocode of Discord's "Permission Overwrites", line by line."""
    allow, deny = overwrites.get(EVERYONE, (0, 0))
    permissions = base & ~deny | allow
    allow = deny = 0
    for role in roles:
        more, less = overwrites.get(role, (0, 0))
        allow, deny = allow | more, deny | less
    permissions = permissions & ~deny | allow
    allow, deny = overwrites.get(ADA, (0, 0))
    return permissions & ~deny | allow


@given(base=BITS, overwrites=OVERWRITES, roles=st.lists(st.sampled_from([2, 3]), unique=True))
def test_overwrites_add_up_as_published(base: int, overwrites: dict[int, tuple[int, int]], roles: list[int]) -> None:
    base &= ~Permission.ADMINISTRATOR
    bearers = [Overwrite(key, Bearer(key >= ADA), *bits) for key, bits in overwrites.items()]
    added = overwritten(base, bearers, everyone=EVERYONE, roles={EVERYONE, *roles}, member=ADA)
    assert added == published(base, overwrites, roles)
    everything = overwritten(EVERY_PERMISSION, bearers, everyone=EVERYONE, roles={EVERYONE, *roles}, member=ADA)
    assert everything == EVERY_PERMISSION


@pytest.fixture
def lab(playground: Playground) -> Channel:
    return playground.world.guild.channels[1]


def deny_bot(playground: Playground, channel: Channel, bits: int) -> None:
    """Somebody denies the bot's own role something in a channel."""
    world = playground.world
    world.overwrite(channel, world.bot_member.roles[0], deny=bits)


async def test_a_channel_shows_its_overwrites(rest: Rest, playground: Playground) -> None:
    room = playground.world.guild.channels[2]
    shown = (await rest("GET", f"/channels/{room.id}")).body
    everyone = {"id": str(playground.world.guild.id), "type": 0, "allow": "0", "deny": str(int(SEND))}
    assert (shown["name"], shown["permission_overwrites"][0]) == ("announcements", everyone)


async def test_announcements_are_read_by_all_and_written_by_few(
    rest: Rest, playground: Playground, tabs: dict[str, Tab]
) -> None:
    room = playground.world.guild.channels[2]
    assert (await rest("POST", f"/channels/{room.id}/messages", {"content": "x"})).code == (403, 50013)
    assert (await rest("POST", f"/channels/{room.id}/typing")).code == (403, 50013)
    await tabs["Linus"].do("say", content="x", channel_id=str(room.id))
    assert (await tabs["Linus"].next("failed"))["error"] == "You may not send messages in this channel."
    async with Tab.at(playground, "Grace") as grace:
        await grace.do("say", content="News", channel_id=str(room.id))
        for tab in (grace, *tabs.values()):
            assert (await tab.next("message"))["message"]["content"] == "News"
    assert len((await rest("GET", f"/channels/{room.id}/messages")).body) == 1


async def test_a_bot_that_may_not_view_a_channel_gets_nothing_there(
    rest: Rest, playground: Playground, lab: Channel
) -> None:
    where = f"/channels/{lab.id}"
    posted = (await rest("POST", f"{where}/messages", {"content": "x"})).body
    deny_bot(playground, lab, VIEW)
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/messages", None),
        ("POST", "/messages", {"content": "x"}),
        ("GET", f"/messages/{posted['id']}", None),
        ("PATCH", f"/messages/{posted['id']}", {"content": "y"}),
        ("DELETE", f"/messages/{posted['id']}", None),
        ("POST", "/typing", None),
    ):
        assert (await rest(method, where + path, body)).code == (403, 50001)


async def test_a_bot_that_may_not_send_can_still_edit_what_it_sent(
    rest: Rest, playground: Playground, lab: Channel
) -> None:
    where = f"/channels/{lab.id}/messages"
    posted = (await rest("POST", where, {"content": "x"})).body
    deny_bot(playground, lab, SEND)
    assert (await rest("POST", where, {"content": "x"})).code == (403, 50013)
    assert (await rest("PATCH", f"{where}/{posted['id']}", {"content": "y"})).body["content"] == "y"


async def test_files_and_embeds_ask_for_permissions_of_their_own(
    rest: Rest, playground: Playground, lab: Channel
) -> None:
    where = f"/channels/{lab.id}/messages"
    posted = (await rest("POST", where, {"content": "x"})).body
    deny_bot(playground, lab, ATTACH | EMBED)
    assert (await rest("POST", where, {"content": "x"}, files={"a.csv": b"a"})).code == (403, 50013)
    assert (await rest("PATCH", f"{where}/{posted['id']}", {}, files={"a.csv": b"a"})).code == (403, 50013)
    assert (await rest("POST", where, {"embeds": [{"title": "x"}]})).code == (403, 50013)
    assert (await rest("POST", where, {"content": "x"})).status == 200


async def test_without_its_history_a_channel_looks_empty(rest: Rest, playground: Playground, lab: Channel) -> None:
    where = f"/channels/{lab.id}/messages"
    posted = (await rest("POST", where, {"content": "x"})).body
    deny_bot(playground, lab, HISTORY)
    assert (await rest("GET", where)).body == []
    assert (await rest("GET", f"{where}/{posted['id']}")).code == (403, 50013)
    reply = {"content": "x", "message_reference": {"message_id": posted["id"]}}
    assert (await rest("POST", where, reply)).code == (400, 160002)


async def test_an_interaction_tells_what_both_may_do_where_it_is(
    rest: Rest, playground: Playground, ada: Tab, wire: Wire
) -> None:
    announcements = str(playground.world.guild.channels[2].id)
    async with Tab.at(playground, "Linus") as linus:
        for room, may_send in ((linus.channel, True), (announcements, False)):
            await linus.do("command", name="hello", channel_id=room)
            interaction = await wire.event("INTERACTION_CREATE")
            for bits in (interaction["app_permissions"], interaction["member"]["permissions"]):
                assert bool(int(bits) & SEND) is may_send
                assert int(bits) & VIEW
    await ada.do("command", name="hello", channel_id=announcements)
    interaction = await wire.event("INTERACTION_CREATE")
    assert int(interaction["member"]["permissions"]) == EVERY_PERMISSION


async def test_a_changed_channel_is_told_to_the_bot(playground: Playground, wire: Wire, lab: Channel) -> None:
    deny_bot(playground, lab, SEND)
    changed: Frame = await wire.event("CHANNEL_UPDATE")
    assert (changed["id"], changed["permission_overwrites"][0]["deny"]) == (str(lab.id), str(int(SEND)))


async def test_a_bot_hears_nothing_of_a_channel_that_it_may_not_view(
    playground: Playground, wire: Wire, tabs: dict[str, Tab], lab: Channel
) -> None:
    deny_bot(playground, lab, VIEW)
    await wire.event("CHANNEL_UPDATE")
    await tabs["Ada"].do("say", content="unheard", channel_id=str(lab.id))
    await tabs["Ada"].do("say", content="heard")
    assert (await wire.event("MESSAGE_CREATE"))["channel_id"] == tabs["Ada"].channel


async def test_a_hidden_channel_is_on_nobodys_screen(
    playground: Playground, tabs: dict[str, Tab], lab: Channel
) -> None:
    everyone = playground.world.guild.roles[0]
    playground.world.overwrite(lab, everyone, deny=VIEW)
    names = {who: [room["name"] for room in (await tab.next("channels"))["channels"]] for who, tab in tabs.items()}
    assert names == {"Ada": ["general", "async-lab", "announcements"], "Linus": ["general", "announcements"]}
    await tabs["Ada"].do("say", content="hidden", channel_id=str(lab.id))
    await tabs["Ada"].next("message")
    await tabs["Linus"].sees_nothing()
    await tabs["Linus"].do("say", content="x", channel_id=str(lab.id))
    assert (await tabs["Linus"].next("failed"))["error"] == "That channel is not here."
    linus = playground.world.people[2]
    playground.world.overwrite(lab, linus, allow=VIEW)
    places = await tabs["Linus"].next("channels")
    assert [message["content"] for message in places["messages"][str(lab.id)]] == ["hidden"]


async def test_an_answer_to_a_command_needs_no_permission_to_send(
    rest: Rest, playground: Playground, ada: Tab, wire: Wire
) -> None:
    announcements = str(playground.world.guild.channels[2].id)
    await ada.do("command", name="hello", channel_id=announcements)
    interaction = await wire.event("INTERACTION_CREATE")
    button = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
    row = {"type": 1, "components": [button]}
    assert (await rest.respond(interaction, {"type": 4, "data": {"content": "?", "components": [row]}})).status == 204
    message = (await ada.next("message"))["message"]
    assert (await pressed(ada, wire, message))["channel_id"] == announcements
