import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../machine.ts'

/** For a whole boot with containers; several times what a slow computer takes. */
const readyTimeoutMs = 300_000
const answerTimeoutMs = 60_000

/** Waits until systemd has started everything; throws when a unit failed, other than those expected to. */
export async function waitUntilReady(
  machine: Machine,
  expectedFailures: readonly string[] = [],
): Promise<void> {
  await machine.waitForExec({ timeoutMs: readyTimeoutMs })
  const { stdout } = await machine.exec('systemctl is-system-running --wait', { timeoutMs: readyTimeoutMs })
  assert.deepEqual(await failedUnits(machine), expectedFailures)
  assert.equal(stdout.trim(), expectedFailures.length === 0 ? 'running' : 'degraded')
}

export async function failedUnits(machine: Machine): Promise<string[]> {
  const units = await machine.sh('systemctl list-units --failed --plain --no-legend --full')
  return units.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')[0]!]))
}

/** What the machine says about how it was provisioned. */
export async function readRecord(machine: Machine): Promise<Record<string, unknown>> {
  return JSON.parse(await machine.sh('cat /var/lib/afloat/provisioned.json')) as Record<string, unknown>
}

/** Returns the page at a port of this computer; asks until it answers, as a server may still be starting. */
export async function fetchPage(port: number, path = '/'): Promise<{ status: number; body: string }> {
  const end = Date.now() + answerTimeoutMs
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(15_000) })
      return { status: response.status, body: await response.text() }
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(200)
    }
  }
}
