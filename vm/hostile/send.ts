import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** Sends a body as fast as the client takes it; returns when it is sent or the client has gone. */
export async function sendAll(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  end = true,
): Promise<void> {
  const closed = once(response, 'close')
  for await (const chunk of body) {
    if (response.destroyed) return
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed])
  }
  if (end) response.end()
  else await Promise.race([flushed(response), closed])
}

/** One byte a second. */
export async function* slowly(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body)
    for (const byte of chunk) {
      yield Uint8Array.of(byte)
      await sleep(1000)
    }
}

/** What was written last is with the kernel. */
function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.write('', () => resolve()))
}
