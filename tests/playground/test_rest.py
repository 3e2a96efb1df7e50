"""What a bot gets from the REST API: who and where, commands, messages with files, and Discord's refusals."""

from __future__ import annotations

import io
import struct
import zlib

import aiohttp
import pytest

from bot.playground import Playground, Recorded
from bot.playground.world import MESSAGES_KEPT
from tests.playground.local_discord import Rest, Tab, Time


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def channel(playground: Playground) -> str:
    """The first channel's path."""
    return f"/channels/{playground.world.guild.channels[0].id}"


@pytest.fixture
def commands(playground: Playground) -> str:
    """The path of the global commands."""
    return f"/applications/{playground.world.application_id}/commands"


# Who and where


async def test_a_bot_finds_its_way(rest: Rest, playground: Playground) -> None:
    world = playground.world
    guild = f"/guilds/{world.guild.id}"
    assert (await rest("GET", "/users/@me")).body["id"] == str(world.bot.id)
    assert (await rest("GET", "/oauth2/applications/@me")).body["bot"]["id"] == str(world.bot.id)
    assert (await rest("GET", "/applications/@me")).body["id"] == str(world.application_id)
    assert (await rest("GET", "/gateway")).body == {"url": playground.gateway.url}
    about = (await rest("GET", "/gateway/bot")).body
    assert (about["url"], about["shards"]) == (playground.gateway.url, 1)
    assert (await rest("GET", "/users/@me/guilds")).body[0]["id"] == str(world.guild.id)
    assert (await rest("GET", f"{guild}?with_counts=true")).body["approximate_member_count"] == 5
    rooms = [room["name"] for room in (await rest("GET", f"{guild}/channels")).body]
    assert rooms == ["general", "async-lab", "announcements"]
    roles = (await rest("GET", f"{guild}/roles")).body
    assert [role["name"] for role in roles] == ["@everyone", "Student", "Teacher", "Admin", "Tandem", "Async"]
    assert (await rest("GET", f"{guild}/roles/{roles[1]['id']}")).body == roles[1]
    found = (await rest("GET", f"{guild}/members/search?query=gra")).body
    grace = found[0]["user"]["id"]
    assert (await rest("GET", f"{guild}/members/{grace}")).body == found[0]
    assert (await rest("GET", f"/users/{grace}")).body["global_name"] == "Grace"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nowhere", (404, 0)),
        ("PATCH", "/gateway", (405, 0)),
        ("GET", "/users/1", (404, 10013)),
        ("GET", "/guilds/1", (404, 10004)),
        ("GET", "/guilds/{guild}/members", (403, 50001)),
        ("GET", "/guilds/{guild}/members/1", (404, 10007)),
        ("GET", "/guilds/{guild}/roles/1", (404, 10011)),
        ("GET", "/channels/1", (404, 10003)),
        ("POST", "/channels/1/typing", (404, 10003)),
        ("GET", "/channels/{channel}/messages/1", (404, 10008)),
        ("DELETE", "/channels/{channel}/messages/1", (404, 10008)),
        ("GET", "/applications/1/commands", (403, 20012)),
        ("GET", "/applications/{bot}/commands/1", (404, 10063)),
        ("PATCH", "/applications/{bot}/guilds/{guild}/commands/1", (404, 10063)),
        ("DELETE", "/applications/{bot}/commands/1", (404, 10063)),
        ("POST", "/interactions/1/x/callback", (404, 10062)),
        ("POST", "/webhooks/{bot}/x", (404, 10015)),
        ("POST", "/webhooks/1/x", (404, 10015)),
        ("GET", "/channels/abc", (400, 50035)),
    ],
)
async def test_what_is_not_there(
    rest: Rest, playground: Playground, method: str, path: str, code: tuple[int, int]
) -> None:
    world = playground.world
    known = {"guild": world.guild.id, "channel": world.guild.channels[0].id, "bot": world.bot.id}
    assert (await rest(method, path.format(**known))).code == code


async def test_a_wrong_token_is_refused(rest: Rest) -> None:
    for token in ("", "Bot wrong", "Bearer x"):
        answer = await rest("GET", "/users/@me", headers={"Authorization": token})
        assert (answer.status, answer.body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_an_id_that_is_none_is_told_by_its_name(rest: Rest) -> None:
    assert (await rest("GET", "/channels/abc")).faults() == {"channel_id": ["NUMBER_TYPE_COERCE"]}


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("application/json", b'{"content": ', (400, 50109)),
        ("application/json", b'"' + b"x" * 2**20 + b'"', (413, 40005)),
        ("application/json", b"[" * 100_000, (400, 50109)),
        ("application/json", b"[]", (400, 50035)),
        ("multipart/form-data", b"x", (400, 50109)),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx", (400, 50109)),
    ],
)
async def test_bodies_that_cannot_be_read(
    playground: Playground, channel: str, kind: str, data: bytes, code: tuple[int, int]
) -> None:
    headers = {"Authorization": f"Bot {playground.token}", "Content-Type": kind}
    url = f"{playground.api_url}{channel}/messages"
    async with aiohttp.ClientSession() as session, session.post(url, data=io.BytesIO(data), headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == code


# Commands


async def test_commands_keep_their_ids_while_they_keep_their_names(rest: Rest, commands: str) -> None:
    first = await rest.register({"name": "lesson", "description": "Old"}, {"name": "gone", "description": "x"})
    second = await rest.register({"name": "lesson", "description": "New"})
    assert [command["name"] for command in (await rest("GET", commands)).body] == ["lesson"]
    assert second[0]["id"] == first[0]["id"]
    assert (await rest("GET", f"{commands}/{first[0]['id']}")).body["description"] == "New"
    assert second[0] | {"type": 1, "nsfw": False, "default_member_permissions": None} == second[0]


async def test_commands_are_added_changed_and_removed_one_by_one(rest: Rest, commands: str) -> None:
    body = {"name": "quiz", "description": "Ask"}
    created = await rest("POST", commands, body)
    assert created.status == 201
    assert (await rest("POST", commands, body)).status == 200
    one = f"{commands}/{created.body['id']}"
    changed = await rest("PATCH", one, {"name": "test"})
    assert (changed.body["name"], changed.body["description"]) == ("test", "Ask")
    assert changed.body["id"] == created.body["id"]
    assert (await rest("PATCH", one, {"name": "Not Fine"})).faults().keys() == {"name"}
    assert (await rest("DELETE", one)).status == 204
    assert (await rest("GET", commands)).body == []


async def test_the_servers_commands_are_apart_from_the_global_ones(
    rest: Rest, playground: Playground, commands: str
) -> None:
    here = commands.replace("/commands", f"/guilds/{playground.world.guild.id}/commands")
    await rest.register({"name": "everywhere", "description": "x"})
    put = await rest("PUT", here, [{"name": "here", "description": "x"}])
    assert put.body[0]["guild_id"] == str(playground.world.guild.id)
    assert [command["name"] for command in (await rest("GET", commands)).body] == ["everywhere"]
    assert [command["name"] for command in (await rest("GET", here)).body] == ["here"]


async def test_bad_commands_are_told_where(rest: Rest, commands: str) -> None:
    bad = await rest("PUT", commands, [{"name": "fine", "description": "x"}, {"name": "fine2", "description": ""}])
    assert bad.faults() == {"1.description": ["BASE_TYPE_BAD_LENGTH"]}
    assert (await rest("POST", commands)).code == (400, 50035)


# Messages


async def test_messages_are_posted_read_edited_and_removed(rest: Rest, channel: str) -> None:
    posted = await rest("POST", f"{channel}/messages", {"content": "hello", "nonce": "n1"})
    one = f"{channel}/messages/{posted.body['id']}"
    assert (posted.body["content"], posted.body["nonce"], posted.body["edited_timestamp"]) == ("hello", "n1", None)
    edited = await rest("PATCH", one, {"content": "changed"})
    assert edited.body["edited_timestamp"] is not None
    assert (await rest("GET", one)).body["content"] == "changed"
    assert (await rest("GET", channel)).body["last_message_id"] == posted.body["id"]
    assert (await rest("DELETE", one)).status == 204
    assert (await rest("GET", one)).code == (404, 10008)
    assert (await rest("POST", f"{channel}/typing")).status == 204


async def test_messages_are_listed_newest_first_in_pages(rest: Rest, channel: str) -> None:
    ids = [(await rest("POST", f"{channel}/messages", {"content": str(n)})).body["id"] for n in range(6)]

    async def page(query: str) -> list[int]:
        return [ids.index(message["id"]) for message in (await rest("GET", f"{channel}/messages?{query}")).body]

    assert await page("") == [5, 4, 3, 2, 1, 0]
    assert await page("limit=2") == [5, 4]
    assert await page(f"before={ids[3]}&limit=2") == [2, 1]
    assert await page(f"after={ids[3]}") == [5, 4]
    assert await page(f"after={ids[1]}&limit=2") == [3, 2]
    assert await page(f"around={ids[3]}&limit=3") == [4, 3, 2]
    for limit, code in (("0", "MIN"), ("101", "MAX"), ("x", "COERCE")):
        answer = await rest("GET", f"{channel}/messages?limit={limit}")
        assert answer.faults() == {"limit": [f"NUMBER_TYPE_{code}"]}


async def test_bad_messages_are_refused(rest: Rest, channel: str) -> None:
    assert (await rest("POST", f"{channel}/messages", {"content": " "})).code == (400, 50006)
    assert (await rest("POST", f"{channel}/messages")).code == (400, 50006)
    too_long = await rest("POST", f"{channel}/messages", {"content": "x" * 2001})
    assert too_long.faults() == {"content": ["BASE_TYPE_MAX_LENGTH"]}
    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}
    deep = await rest("POST", f"{channel}/messages", {"components": [{"type": 1, "components": [button]}]})
    assert deep.faults() == {"components.0.components.0.label": ["BASE_TYPE_MAX_LENGTH"]}


async def test_checks_can_be_switched_off(time: Time) -> None:
    async with Playground(clock=time, strict=False) as playground, aiohttp.ClientSession() as session:
        lenient = Rest(session, playground)
        channel = f"/channels/{playground.world.guild.channels[0].id}"
        assert (await lenient("POST", f"{channel}/messages", {"content": "x" * 2001})).status == 200


async def test_what_others_wrote_is_not_the_bots_to_change(rest: Rest, channel: str, tabs: dict[str, Tab]) -> None:
    await tabs["Ada"].do("say", content="mine")
    message = (await tabs["Ada"].next("message"))["message"]
    one = f"{channel}/messages/{message['id']}"
    assert (await rest("PATCH", one, {"content": "no"})).code == (403, 50005)
    assert (await rest("DELETE", one)).code == (403, 50013)
    assert (await rest("GET", one)).body["content"] == ""


async def test_a_reply_shows_what_it_replies_to(rest: Rest, channel: str, tabs: dict[str, Tab]) -> None:
    await tabs["Ada"].do("say", content="a question")
    question = (await tabs["Ada"].next("message"))["message"]
    reference = {"message_reference": {"message_id": question["id"]}}
    reply = (await rest("POST", f"{channel}/messages", {"content": "an answer"} | reference)).body
    assert (reply["type"], reply["referenced_message"]["id"]) == (19, question["id"])
    assert [user["username"] for user in reply["mentions"]] == ["ada"]
    quiet = {"allowed_mentions": {"parse": []}}
    assert (await rest("POST", f"{channel}/messages", {"content": "x"} | reference | quiet)).body["mentions"] == []
    gone = {"message_reference": {"message_id": "1"}}
    assert (await rest("POST", f"{channel}/messages", {"content": "x"} | gone)).faults().keys() == {"message_reference"}
    gone["message_reference"]["fail_if_not_exists"] = False
    assert (await rest("POST", f"{channel}/messages", {"content": "x"} | gone)).body["type"] == 0


async def test_mentions_stay_within_what_is_allowed(rest: Rest, playground: Playground, channel: str) -> None:
    ada, role = playground.world.people[0].user, playground.world.guild.roles[1]
    text = f"<@{ada.id}> <@&{role.id}> @everyone"

    async def mentioned(**allowed: object) -> tuple[list[str], list[str], bool]:
        message = (await rest("POST", f"{channel}/messages", {"content": text} | allowed)).body
        users = [user["username"] for user in message["mentions"]]
        return users, message["mention_roles"], message["mention_everyone"]

    assert await mentioned() == (["ada"], [str(role.id)], True)
    assert await mentioned(allowed_mentions={"parse": []}) == ([], [], False)
    assert await mentioned(allowed_mentions={"parse": ["roles"], "users": [str(ada.id)]}) == (
        ["ada"],
        [str(role.id)],
        False,
    )


async def test_files_are_kept_and_served_back(rest: Rest, playground: Playground, channel: str) -> None:
    picture = png(30, 20)
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://run.png"}}]}
    file = {"type": 13, "file": {"url": "attachment://my_notes.html"}}
    body = {
        "flags": 1 << 15,
        "components": [gallery, file],
        "attachments": [
            {"id": 0, "filename": "run.png", "description": "A run"},
            {"id": 1, "filename": "my_notes.html"},
        ],
    }
    files = {"run.png": picture, "my_notes.html": b"<script>alert(1)</script>"}
    message = (await rest("POST", f"{channel}/messages", body, files=files)).body
    run, notes = message["attachments"]
    assert (run["width"], run["height"], run["description"], run["size"]) == (30, 20, "A run", len(picture))
    media = message["components"][0]["items"][0]["media"]
    assert (media["url"], media["attachment_id"], media["width"]) == (run["url"], run["id"], 30)
    shown = message["components"][1]
    assert (shown["file"]["url"], shown["name"], shown["size"]) == (notes["url"], "my_notes.html", 25)
    async with aiohttp.ClientSession() as session:
        async with session.get(run["url"]) as response:
            assert (await response.read(), response.content_type) == (picture, "image/png")
        async with session.get(notes["url"]) as response:
            assert "sandbox" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        for address in (run["url"] + "x", run["url"].partition("?")[0]):
            async with session.get(address) as response:
                assert response.status == 404


async def test_an_edit_keeps_drops_and_adds_files(rest: Rest, channel: str) -> None:
    message = (await rest("POST", f"{channel}/messages", {}, files={"a.txt": b"a", "b.txt": b"b"})).body
    one = f"{channel}/messages/{message['id']}"

    async def names(body: object, files: dict[str, bytes] | None = None) -> list[str]:
        edited = await rest("PATCH", one, body, files=files)
        return [attachment["filename"] for attachment in edited.body["attachments"]]

    assert await names({"content": "words"}) == ["a.txt", "b.txt"]
    assert await names({"attachments": [{"id": message["attachments"][1]["id"]}]}) == ["b.txt"]
    assert await names({}, {"c d.txt": b"c"}) == ["b.txt", "c_d.txt"]
    assert await names({"attachments": []}) == []
    assert (await rest("PATCH", one, {"content": ""})).code == (400, 50006)


async def test_a_file_that_is_too_large(rest: Rest, channel: str) -> None:
    large = b"x" * (10 * 1024 * 1024 + 1)
    assert (await rest("POST", f"{channel}/messages", {}, files={"large.bin": large})).code == (413, 40005)
    many = {f"{n}.txt": b"x" for n in range(11)}
    assert (await rest("POST", f"{channel}/messages", {}, files=many)).code == (413, 40005)


async def test_components_get_ids_and_addresses_that_name_no_file_stay(rest: Rest, channel: str) -> None:
    text = {"type": 10, "content": "hello"}
    picture = {"type": 11, "media": {"url": "https://example.com/a.png"}}
    container = {"type": 17, "components": [{"type": 9, "id": 2, "components": [text], "accessory": picture}]}
    message = (await rest("POST", f"{channel}/messages", {"flags": 1 << 15, "components": [container]})).body
    section = message["components"][0]["components"][0]
    assert (message["components"][0]["id"], section["id"]) == (1, 2)
    assert (section["components"][0]["id"], section["accessory"]["id"]) == (3, 4)
    address = "https://example.com/a.png"
    assert section["accessory"]["media"] | {"url": address, "proxy_url": address} == section["accessory"]["media"]


async def test_a_channel_keeps_its_last_messages_only(rest: Rest, playground: Playground, channel: str) -> None:
    room = playground.world.guild.channels[0]
    for number in range(MESSAGES_KEPT + 1):
        playground.world.post(room, playground.world.bot, {"content": str(number)})
    kept = playground.world.messages(room)
    assert (len(kept), kept[0].content) == (MESSAGES_KEPT, "1")


async def test_a_bot_can_write_to_one_person_alone(rest: Rest, playground: Playground, tabs: dict[str, Tab]) -> None:
    linus = next(member.user for member in playground.world.people if member.user.username == "linus")
    opened = (await rest("POST", "/users/@me/channels", {"recipient_id": str(linus.id)})).body
    again = (await rest("POST", "/users/@me/channels", {"recipient_id": linus.id})).body
    assert (opened["type"], opened["recipients"][0]["username"], again["id"]) == (1, "linus", opened["id"])
    await rest("POST", f"/channels/{opened['id']}/messages", {"content": "only for you"})
    room = (await tabs["Linus"].next("channels"))["channels"][-1]
    assert room == {"id": opened["id"], "name": "Tandem", "topic": "", "direct": True, "may_send": True}
    assert (await tabs["Linus"].next("message"))["message"]["content"] == "only for you"
    await tabs["Ada"].sees_nothing()
    assert (await rest("POST", "/users/@me/channels", {})).faults().keys() == {"recipient_id"}
    to_itself = {"recipient_id": str(playground.world.bot.id)}
    assert (await rest("POST", "/users/@me/channels", to_itself)).code == (403, 50007)


# The server as a whole


async def test_every_request_can_be_recorded(time: Time) -> None:
    seen: list[Recorded] = []
    async with (
        Playground(clock=time, on_request=seen.append) as playground,
        aiohttp.ClientSession() as session,
    ):
        rest = Rest(session, playground)
        channel = playground.world.guild.channels[0].id
        await rest("POST", f"/channels/{channel}/messages", {"content": "hello"}, files={"a.txt": b"a"})
        await rest("GET", "/channels/1")
    assert seen == [
        Recorded("POST", "/channels/{channel_id}/messages", {"content": "hello"}, 200),
        Recorded("GET", "/channels/{channel_id}", None, 404),
    ]


@pytest.mark.parametrize(
    "headers", [{"Host": "tandem.example"}, {"Origin": "https://tandem.example"}, {"Origin": "null"}]
)
@pytest.mark.parametrize("path", ["/", "/api/v10/gateway", "/gateway", "/page/socket"])
async def test_other_sites_are_not_answered(playground: Playground, path: str, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session, session.get(playground.url + path, headers=headers) as response:
        assert response.status == 403


async def test_its_own_page_is_answered_by_either_name(playground: Playground) -> None:
    port = playground.url.rpartition(":")[2]
    async with aiohttp.ClientSession() as session:
        for host in ("127.0.0.1", "localhost"):
            address = f"http://{host}:{port}"
            async with session.get(
                f"{playground.api_url}/gateway", headers={"Origin": address, "Host": f"{host}:{port}"}
            ) as response:
                assert response.status == 200
        async with session.get(playground.url) as response:
            assert "<!doctype html>" in (await response.text()).lower()
        async with session.get(f"{playground.url}/nowhere") as response:
            assert (response.status, response.content_type) == (404, "text/plain")


async def test_a_taken_port_is_an_error(playground: Playground) -> None:
    port = int(playground.url.rpartition(":")[2])
    with pytest.raises(OSError, match=str(port)):
        async with Playground(port=port):
            pass
