"""Echoes with aiohttp."""

import asyncio
import sys

from aiohttp import ClientError, ClientSession, TCPConnector, WSMsgType, web

LARGEST = 1 << 26


async def echo(socket):
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            await socket.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await socket.send_bytes(message.data)


async def answer(request):
    socket = web.WebSocketResponse(max_msg_size=LARGEST)
    await socket.prepare(request)
    await echo(socket)
    return socket


def listen(host, port):
    application = web.Application()
    application.router.add_get("/{tail:.*}", answer)
    web.run_app(application, host=host, port=int(port), print=None)


async def run_cases(url, agent):
    # A connection for each case, also where a response was refused.
    async with ClientSession(connector=TCPConnector(force_close=True)) as session:

        def dial(path):
            return session.ws_connect(url + path, max_msg_size=LARGEST, compress=15)

        async with dial("/getCaseCount") as socket:
            count = int(await socket.receive_str())
        for case in range(1, count + 1):
            try:
                async with dial(f"/runCase?case={case}&agent={agent}") as socket:
                    await echo(socket)
            except (ClientError, OSError):
                pass
        async with dial(f"/updateReports?agent={agent}"):
            pass


match sys.argv[1:]:
    case ["--listen", address]:
        listen(*address.rsplit(":", 1))
    case ["--connect", url, agent]:
        asyncio.run(run_cases(url.rstrip("/"), agent))
    case _:
        sys.exit("usage: --listen HOST:PORT | --connect URL NAME")
