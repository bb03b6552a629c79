# asyncio: tasks, waiting, queues, locks, groups, streams of results.
import asyncio


async def double(x):
    await asyncio.sleep(0)
    return x * 2


async def fail():
    await asyncio.sleep(0)
    raise ValueError("failed")


async def main():
    print(await asyncio.gather(*[double(i) for i in range(5)]))
    print(await asyncio.gather(double(1), fail(), return_exceptions=True))
    try:
        await asyncio.wait_for(asyncio.sleep(5), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    queue = asyncio.Queue(maxsize=2)

    async def produce():
        for i in range(5):
            await queue.put(i)
        await queue.put(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(produce())
        while (item := await queue.get()) is not None:
            print("got", item)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(asyncio.sleep(10))
    except* ValueError as errors:
        print(errors.exceptions)
    lock, order = asyncio.Lock(), []

    async def locked(n):
        async with lock:
            order.append(n)
            await asyncio.sleep(0)
            order.append(n)

    await asyncio.gather(locked(1), locked(2))
    print(order)
    task = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())
    done, pending = await asyncio.wait([asyncio.create_task(double(3))])
    print({t.result() for t in done}, pending)
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)
    print(await event.wait())


asyncio.run(main())
