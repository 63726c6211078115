import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { settleOptions } from './options.ts'
import { type Peer, sendTransfer, type TransferSource } from './transfer.ts'

function sourceOf(bytes: Uint8Array): TransferSource {
  return { sizeBytes: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) }
}

const ack = (block: number) => Uint8Array.of(0, 4, block >> 8, block & 0xff)

/** A client that answers as told; "late" stands for no answer in time. */
function client(answer: (packet: Uint8Array, turn: number) => Uint8Array | 'late') {
  const packets: Uint8Array[] = []
  let next: Uint8Array | 'late' = 'late'
  const peer: Peer = {
    send(packet) {
      packets.push(packet)
      next = answer(packet, packets.length - 1)
    },
    async receive() {
      const now = next
      next = 'late'
      return now === 'late' ? undefined : now
    },
  }
  return { peer, packets }
}

const blockOf = (packet: Uint8Array) => (packet[1] === 3 ? packet[2]! * 256 + packet[3]! : 0)
const willing = () => client((packet) => ack(blockOf(packet)))
const contents = (packets: readonly Uint8Array[]) =>
  Buffer.concat(packets.filter((packet) => packet[1] === 3).map((packet) => packet.subarray(4)))

test('sendTransfer() sends any file whole, and ends with a block that is not full', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 8, max: 64 }),
      async (bytes, size) => {
        const { peer, packets } = willing()
        const result = await sendTransfer(peer, sourceOf(bytes), new Map([['blksize', String(size)]]))
        assert.deepEqual(result, { state: 'done', bytes: bytes.length })
        assert.ok(contents(packets).equals(bytes))
        assert.equal(packets.length, 1 + Math.floor(bytes.length / size) + 1)
      },
    ),
  )
})

test('sendTransfer() counts blocks from 0 again after 65535', async () => {
  const bytes = new Uint8Array(8 * 65_537 + 3)
  const { peer, packets } = willing()
  assert.deepEqual(await sendTransfer(peer, sourceOf(bytes), new Map([['blksize', '8']])), {
    state: 'done',
    bytes: bytes.length,
  })
  assert.deepEqual(packets.slice(-3).map(blockOf), [0, 1, 2])
})

test('sendTransfer() sends a block again when nothing came in time, and not for an acknowledgement that came twice', async () => {
  const bytes = new Uint8Array(1000).fill(7)
  let isLost = true
  const { peer, packets } = client((packet) => {
    if (blockOf(packet) !== 2) return ack(blockOf(packet))
    if (!isLost) return ack(2)
    isLost = false
    return ack(1) // the one before, once more
  })
  assert.equal((await sendTransfer(peer, sourceOf(bytes), new Map())).state, 'done')
  assert.deepEqual(packets.map(blockOf), [1, 2, 2])
})

test('sendTransfer() gives up on one who never answered sooner than on one who has', async () => {
  const never = client(() => 'late')
  assert.deepEqual(await sendTransfer(never.peer, sourceOf(new Uint8Array(9)), new Map()), {
    state: 'silent',
    heard: false,
  })
  assert.equal(never.packets.length, 3)
  const gone = client((packet) => (blockOf(packet) === 1 ? ack(1) : 'late'))
  assert.deepEqual(await sendTransfer(gone.peer, sourceOf(new Uint8Array(600)), new Map()), {
    state: 'silent',
    heard: true,
  })
  assert.equal(gone.packets.length, 1 + 6)
})

test('sendTransfer() stops when the client has heard enough', async () => {
  const { peer, packets } = client(() => Buffer.from('\0\x05\0\0aborted\0', 'latin1'))
  assert.deepEqual(await sendTransfer(peer, sourceOf(new Uint8Array(9)), new Map([['tsize', '0']])), {
    state: 'refused',
    message: 'aborted',
  })
  assert.equal(packets.length, 1)
})

test('settleOptions() takes what makes sense, and says so', () => {
  const settle = (options: Record<string, string>) => settleOptions(new Map(Object.entries(options)), 70_000)
  assert.deepEqual(settle({ blksize: '1432', tsize: '0', timeout: '3', windowsize: '4' }), {
    blockBytes: 1432,
    timeoutMs: 3000,
    acknowledged: new Map([
      ['blksize', '1432'],
      ['tsize', '70000'],
      ['timeout', '3'],
    ]),
  })
  assert.deepEqual(settle({ blksize: '65464' }).acknowledged, new Map([['blksize', '1468']]))
  for (const options of [{ blksize: '7' }, { blksize: '1e3' }, { timeout: '0' }, { timeout: '256' }, {}])
    assert.deepEqual(settle(options), { blockBytes: 512, timeoutMs: 1000, acknowledged: new Map() })
})
