import assert from 'node:assert/strict'
import type { Machine } from '../machine.ts'

/** For a machine that is to fail: it stands still then, and its failure screen may be waited for. */
export const failing = { kernelArgs: ['afloat.on_failure=hold'], failure: /Kernel panic - not syncing/ }

/** For a boot up to the failure screen; several times what a slow computer takes. */
const failureTimeoutMs = 240_000

/**
 * Waits for the failure screen, and returns it as one text. The machine must have been started with `failing`.
 * Throws unless it shows `code`, and when systemd was started at any time before or soon after.
 */
export async function expectFailureScreen(
  machine: Machine,
  code: string,
  timeoutMs: number = failureTimeoutMs,
): Promise<string> {
  await machine.console.expect(/=== This machine did not boot ===|Welcome to /, { timeoutMs, from: 'start' })
  await machine.console.expect(/The machine waits until it is switched off|Welcome to /, {
    timeoutMs: 60_000,
  })
  const lines = machine.console.lines().map(({ text }) => text)
  const screen = lines.slice(lines.findIndex((line) => line.includes('This machine did not boot'))).join('\n')
  assert.equal(/Error code: +(\S+)/.exec(screen)?.[1], code, screen)
  assert.match(screen, /What to do: +\S/)
  machine.console.assertNever(/Welcome to /)
  await machine.console.never(/Welcome to |Kernel panic|reboot: Restarting/, { duringMs: 2000 })
  assert.equal(await machine.status(), 'running')
  return screen
}
