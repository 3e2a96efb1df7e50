"""The gateway: bots' WebSockets, from hello to close code. What a session remembers lives in `session`."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from aiohttp import WSMsgType, web

from bot.playground.dispatch import Dispatcher
from bot.playground.faults import Fault, Faults
from bot.playground.frames import ENCODERS, Encoder, plain
from bot.playground.outbox import CLOSE_WITHIN, Outbox
from bot.playground.session import EVERY_INTENT, PRIVILEGED, Op, Session
from bot.playground.starts import Starts
from bot.playground.wire import Json, parsed, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.world import World

HEARTBEAT_INTERVAL = 41.25
"""Seconds between a client's heartbeats, as Discord announces it."""

ACK_AFTER = 0.05
"""Seconds until a heartbeat is acknowledged, about what a network takes."""

SILENCE_ALLOWED = 1.5
"""Heartbeats' intervals without a frame after which a client is taken for dead."""

PAYLOADS_A_MINUTE = 120
"""Discord's documentation, "Rate Limiting" of the gateway."""

LARGEST_PAYLOAD = 4096
"""Bytes that a client may send at once (Discord's documentation, "Sending Events")."""


class ClosingError(Exception):
    """The connection must be closed with one of Discord's codes ("Gateway Close Event Codes")."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


UNKNOWN_OPCODE = (4001, "Unknown opcode.")
DECODE_ERROR = (4002, "Error while decoding payload.")
NOT_AUTHENTICATED = (4003, "Not authenticated.")
AUTHENTICATION_FAILED = (4004, "Authentication failed.")
ALREADY_AUTHENTICATED = (4005, "Already authenticated.")
INVALID_SEQUENCE = (4007, "Invalid seq.")
RATE_LIMITED = (4008, "Rate limited.")
SESSION_TIMED_OUT = (4009, "Session timed out.")
INVALID_SHARD = (4010, "Invalid shard.")
INVALID_VERSION = (4012, "Invalid API version.")
INVALID_INTENTS = (4013, "Invalid intent(s).")
DISALLOWED_INTENTS = (4014, "Disallowed intent(s).")


class Gateway:
    """All connections of bots. `url` is set once the port is known; `privileged` are intents that a bot may have."""

    def __init__(
        self,
        world: World,
        new_secret: Callable[[], str],
        starts: Starts,
        faults: Faults,
        *,
        privileged: int = 0,
        heartbeat_s: float = HEARTBEAT_INTERVAL,
    ) -> None:
        self.world = world
        self.privileged = privileged
        self.starts = starts
        self.faults = faults
        self.heartbeat_s = heartbeat_s
        self.url = ""
        self.sessions = Dispatcher(world, new_secret, faults)
        self._connections: set[Connection] = set()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one WebSocket until it is closed."""
        if self.faults.of_socket():
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=16 * LARGEST_PAYLOAD, timeout=CLOSE_WITHIN)
        await socket.prepare(request)
        connection = Connection(self, socket, request)
        self._connections.add(connection)
        try:
            await connection.run(request.query.get("v", "10"), request.query.get("encoding", "json"))
        finally:
            self._connections.discard(connection)
        return socket

    def close(self, code: int = 1001) -> None:
        """Close every connection with that code; after most of them clients come back and resume."""
        for connection in tuple(self._connections):
            connection.outbox.close(code)

    def lose_sessions(self) -> None:
        """Close every connection, and refuse to resume what it was about."""
        self.sessions.forget()
        self.close(4000)

    def ask_to_reconnect(self) -> None:
        """Tell every client to reconnect and resume (opcode 7)."""
        for connection in tuple(self._connections):
            connection.send({"op": Op.RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is over (opcode 9), or, when resumable, that it may resume."""
        for connection in tuple(self._connections):
            connection.invalidate(resumable=resumable)


class Connection:
    """One WebSocket of a bot."""

    def __init__(self, gateway: Gateway, socket: web.WebSocketResponse, request: web.Request) -> None:
        compress = request.query.get("compress")
        self.outbox = Outbox(socket)
        self._gateway = gateway
        self._world = gateway.world
        self._sessions = gateway.sessions
        self._socket = socket
        self._transport = request.transport
        self._is_silent = False
        self._compress = compress
        self._encode: Encoder = ENCODERS.get(compress, plain)()
        self._session: Session | None = None
        self._recent: deque[float] = deque()

    def send(self, payload: Json) -> None:
        """Queue a payload; none goes out any more once a fault has silenced the connection."""
        if self._is_silent or self.outbox.closing:
            return
        fault = self._gateway.faults.of_event() if payload["op"] in (Op.DISPATCH, Op.HELLO) else None
        if fault is not None:
            self._meet(fault)
        if not self._is_silent:
            self.outbox.put(self._encode(written(payload)))

    def _meet(self, fault: Fault) -> None:
        """Let the connection meet a fault before it sends an event. What a session misses, it remembers."""
        faults = self._gateway.faults
        match fault:
            case Fault.SILENT:
                self._is_silent = True
            case Fault.RECONNECT:
                self.outbox.put(self._encode(written({"op": Op.RECONNECT, "d": None})))
            case _:
                if fault is Fault.REFUSED and self._session is not None:
                    self._sessions.end(self._session)
                if faults.sends_first():
                    asyncio.get_running_loop().call_soon(self._break_off, faults.close_code())
                else:
                    self._break_off(faults.close_code())

    def _break_off(self, code: int | None) -> None:
        """Close the socket with a code, or, without one, as a line that breaks."""
        if code is not None:
            self.outbox.close(code)
            return
        self.outbox.close(1011)
        if self._transport is not None:
            self._transport.abort()

    async def run(self, version: str, encoding: str) -> None:
        """Greet the client and serve it until either side closes."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.outbox.run())
            try:
                if version not in ("9", "10"):
                    raise ClosingError(*INVALID_VERSION)
                if encoding != "json" or self._compress not in ENCODERS:
                    raise ClosingError(*DECODE_ERROR)
                self.send({"op": Op.HELLO, "d": {"heartbeat_interval": int(self._gateway.heartbeat_s * 1000)}})
                await self._listen()
            except ClosingError as closing:
                self.outbox.close(closing.code, closing.reason)
            finally:
                self._leave()
                self.outbox.close(1000)

    async def _listen(self) -> None:
        while True:
            try:
                async with asyncio.timeout(SILENCE_ALLOWED * self._gateway.heartbeat_s):
                    frame = await self._socket.receive()
            except TimeoutError:
                raise ClosingError(*SESSION_TIMED_OUT) from None
            if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            self._count_payload()
            self._receive(_decoded(frame.data))

    def _leave(self) -> None:
        """Let the session wait for a resume, unless the client said with its close code that it is done with it."""
        session, self._session = self._session, None
        if session is not None and session.send == self.send:
            ended_by_client = not self.outbox.closing and self._socket.close_code in (1000, 1001)
            self._sessions.leave(session, for_good=ended_by_client)

    def _count_payload(self) -> None:
        now = self._world.clock()
        while self._recent and now - self._recent[0] >= 60:
            self._recent.popleft()
        self._recent.append(now)
        if len(self._recent) > PAYLOADS_A_MINUTE:
            raise ClosingError(*RATE_LIMITED)

    def _receive(self, payload: Json) -> None:
        match payload.get("op"):
            case Op.HEARTBEAT:
                # Clients take the time after sending; an answer that comes before that looks 41 s late to them.
                asyncio.get_running_loop().call_later(ACK_AFTER, self.send, {"op": Op.HEARTBEAT_ACK, "d": None})
            case Op.IDENTIFY:
                self._identify(_fields(payload))
            case Op.RESUME:
                self._resume(_fields(payload))
            case Op.REQUEST_GUILD_MEMBERS:
                self._sessions.send_members(self._authenticated(), _fields(payload))
            case Op.PRESENCE_UPDATE | Op.VOICE_STATE_UPDATE | Op.REQUEST_SOUNDBOARD_SOUNDS:
                self._authenticated()
            case _:
                raise ClosingError(*UNKNOWN_OPCODE)

    def _authenticated(self) -> Session:
        if self._session is None:
            raise ClosingError(*NOT_AUTHENTICATED)
        return self._session

    def _check_newcomer(self, token: object) -> None:
        if self._session is not None:
            raise ClosingError(*ALREADY_AUTHENTICATED)
        if not isinstance(token, str) or token.removeprefix("Bot ") != self._world.bot_token:
            raise ClosingError(*AUTHENTICATION_FAILED)

    def _identify(self, fields: Json) -> None:
        self._check_newcomer(fields.get("token"))
        intents = fields.get("intents")
        if not isinstance(intents, int) or isinstance(intents, bool) or not 0 <= intents <= EVERY_INTENT:
            raise ClosingError(*INVALID_INTENTS)
        if intents & PRIVILEGED & ~self._gateway.privileged:
            raise ClosingError(*DISALLOWED_INTENTS)
        shard = _shard(fields.get("shard", [0, 1]))
        if not self._gateway.starts.let_in(shard):
            self.invalidate(resumable=False)
            return
        session = self._sessions.start(shard, intents)
        self._session = session
        self._sessions.enter(session, self.send)
        self._sessions.welcome(session, self._gateway.url)

    def _resume(self, fields: Json) -> None:
        self._check_newcomer(fields.get("token"))
        session = self._sessions.find(fields.get("session_id"))
        seen = fields.get("seq")
        if session is None or not isinstance(seen, int) or not session.can_replay(seen):
            self.invalidate(resumable=False)
            return
        if seen > session.sequence:
            raise ClosingError(*INVALID_SEQUENCE)
        self._session = session
        for payload in session.missed(seen):
            self.send(payload)
        self._sessions.enter(session, self.send)
        session.dispatch("RESUMED", {})

    def invalidate(self, *, resumable: bool) -> None:
        """Send opcode 9; a session that cannot be resumed is forgotten."""
        if self._session is not None and not resumable:
            self._sessions.leave(self._session, for_good=True)
            self._session = None
        self.send({"op": Op.INVALID_SESSION, "d": resumable})


def _decoded(data: str | bytes) -> Json:
    try:
        payload = parsed(data) if len(data) <= LARGEST_PAYLOAD else None
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise ClosingError(*DECODE_ERROR)
    return cast("Json", payload)


def _fields(payload: Json) -> Json:
    """Return the payload's `d`, which must be an object."""
    if not isinstance(payload.get("d"), dict):
        raise ClosingError(*DECODE_ERROR)
    return cast("Json", payload["d"])


def _shard(value: Any) -> tuple[int, int]:
    match value:
        case [int(number), int(count)] if 0 <= number < count:
            return number, count
        case _:
            raise ClosingError(*INVALID_SHARD)
