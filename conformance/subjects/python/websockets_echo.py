"""Echoes with websockets."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import WebSocketException

LARGEST = 1 << 26


async def echo(socket):
    try:
        async for message in socket:
            await socket.send(message)
    except WebSocketException:
        pass


async def listen(host, port):
    async with serve(echo, host, int(port), max_size=LARGEST, ping_interval=None):
        await asyncio.get_running_loop().create_future()


async def run_cases(url, agent):
    def dial(path):
        return connect(url + path, max_size=LARGEST, ping_interval=None)

    async with dial("/getCaseCount") as socket:
        count = int(await socket.recv())
    for case in range(1, count + 1):
        try:
            async with dial(f"/runCase?case={case}&agent={agent}") as socket:
                await echo(socket)
        except (WebSocketException, OSError):
            pass
    async with dial(f"/updateReports?agent={agent}"):
        pass


match sys.argv[1:]:
    case ["--listen", address]:
        asyncio.run(listen(*address.rsplit(":", 1)))
    case ["--connect", url, agent]:
        asyncio.run(run_cases(url.rstrip("/"), agent))
    case _:
        sys.exit("usage: --listen HOST:PORT | --connect URL NAME")
