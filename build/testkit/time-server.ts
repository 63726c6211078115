import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ToolsTree } from '../tools-tree.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** All ask there. */
const port = 123
const startTimeoutMs = 15_000

/** Starts Debian's chronyd on the loopback address: it tells the time of this computer, and leaves its clock alone. */
export async function startTimeServer(tree: ToolsTree, work: string): Promise<ServerProcess> {
  const config = join(work, 'chrony.conf')
  await writeFile(
    config,
    `local stratum 8
allow 127.0.0.1
bindaddress 127.0.0.1
port ${port}
cmdport 0
bindcmdaddress /
pidfile ${join(work, 'chronyd.pid')}
`,
  )
  return await startServerProcess(tree, ['chronyd', '-d', '-x', '-u', 'root', '-f', config], {
    name: 'time server',
    timeoutMs: startTimeoutMs,
    answers,
  })
}

/** Whether a question of a client, version 4, gets an answer. Source: RFC 5905, section 7.3 */
async function answers(): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    const answered = once(socket, 'message').then(
      () => true,
      () => false,
    )
    socket.send(Buffer.from([0x23, ...new Array<number>(47).fill(0)]), port, '127.0.0.1')
    return await Promise.race([answered, sleep(200, false)])
  } finally {
    socket.close()
  }
}
