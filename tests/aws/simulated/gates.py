"""Where programs of the simulation meet: TCP ways between a region's instances and a database, with security groups, routes and delay on them."""

import asyncio
import threading


class Loop:
    """One thread that carries all connections."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name='connections', daemon=True).start()

    def run(self, coroutine, limit_s=30):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(limit_s)

    def start(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)


async def close(writer):
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        pass


class Gate:
    """A listener that leads to `target`. What is not admitted is swallowed, as a security group does; what was admitted lives on,
    unless there is no way any more: then its bytes go nowhere until there is one again."""

    def __init__(self, loop, address, port, target):
        self._loop = loop
        self.address, self.port = address, port
        self.target = target  # () → (host, port), or nothing when nobody is there.
        self.admits = True
        self.delay_s = 0.0
        self._way = None
        self._open = set()
        self._server = loop.run(self._listen())

    async def _listen(self):
        self._way = asyncio.Event()
        self._way.set()
        return await asyncio.start_server(self._accepted, self.address, self.port)

    def set_way(self, is_there):
        def change():
            self._way.set() if is_there else self._way.clear()
        self._loop.loop.call_soon_threadsafe(change)

    def look(self):
        return {'admits': self.admits, 'way': self._way.is_set(), 'connections': len(self._open)}

    async def _accepted(self, reader, writer):
        target = self.target()
        if target is None:
            await close(writer)
            return
        if not self.admits or not self._way.is_set():
            # The client's packets are dropped: it waits until its own patience ends.
            await reader.read(-1)
            await close(writer)
            return
        try:
            there_reader, there_writer = await asyncio.open_connection(*target)
        except OSError:
            await close(writer)
            return
        self._open.add(writer)
        await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        self._open.discard(writer)
        await close(writer)
        await close(there_writer)

    async def _pump(self, reader, writer):
        try:
            while chunk := await reader.read(65536):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                await self._way.wait()
                writer.write(chunk)
                await writer.drain()
        except OSError:
            pass
        try:
            if writer.can_write_eof():
                writer.write_eof()
        except (OSError, RuntimeError):
            pass

    def cut(self):
        """Ends every connection, as the loss of a machine does."""
        def end():
            for writer in list(self._open):
                writer.transport.abort()
        self._loop.loop.call_soon_threadsafe(end)

    def close(self):
        self._loop.run(self._shut())

    async def _shut(self):
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
