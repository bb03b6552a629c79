def delegate(it):
    got = yield
    result = yield from it
    return got, result

async def consume(source, lock):
    async with lock as held:
        async for item in source:
            await item
    return [x async for x in source]
