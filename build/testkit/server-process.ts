import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ToolsTree } from '../tools-tree.ts'

export type ServerProcess = { stop(): Promise<void> }

/** How to know that a server is there, and what to say when it does not come. */
export type Readiness = {
  readonly name: string
  readonly timeoutMs: number
  answers(): Promise<boolean>
}

/** Starts a server of a tree and waits until it answers; throws with the end of what it said on standard error. */
export async function startServerProcess(
  tree: ToolsTree,
  command: readonly string[],
  { name, timeoutMs, answers }: Readiness,
): Promise<ServerProcess> {
  const child = tree.spawn(command, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const ended = once(child, 'close')
  let log = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    log = `${log}${chunk}`.slice(-4096)
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const deadline = performance.now() + timeoutMs
  while (!(await answers())) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`The ${name} did not start: ${log}`)
    }
    await sleep(50)
  }
  return { stop }
}
