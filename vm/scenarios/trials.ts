import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../machine.ts'
import { localRegistryFile } from './config.ts'
import { faultUnits, healthConfig } from './faulty-release.ts'

/** A new life of an emulated machine takes half a minute, and may share the computer with others. */
export const settleSec = 75
const verdictTimeoutMs = 400_000

/** Of a machine on which a faulty release can be tried. */
export const bareConfig = `
hostname: rollback
storage:
  files:
    - path: /etc/afloat/update.json
      contents: { inline: ${JSON.stringify(healthConfig)} }${localRegistryFile}
${faultUnits}`

export async function bootId(machine: Machine): Promise<string> {
  return await machine.sh('cat /proc/sys/kernel/random/boot_id')
}

export type Verdict = { outcome: string; code: string; reason: string }

/** Waits until the trial has ended; commands fail for as long as the machine is between two lives. */
export async function verdictOf(machine: Machine): Promise<Verdict> {
  const text = await waitFor(machine, 'cat /var/lib/afloat/update/verdict.json', (found) => found !== '')
  const { outcome, code, reason } = JSON.parse(text) as Verdict
  return { outcome, code, reason }
}

export function assertFailed(verdict: Verdict, code: string, reason: RegExp): void {
  assert.deepEqual([verdict.outcome, verdict.code], ['failed', code], verdict.reason)
  assert.match(verdict.reason, reason)
}

/** The old release runs, the guard has gone, the new one does not start again, and its slot is free. */
export async function waitUntilOld(machine: Machine, version: string): Promise<void> {
  const state =
    'test ! -e /usr/share/faulty && systemctl is-system-running --wait; systemctl --failed --plain --no-legend; systemctl is-active afloat-guard afloat-health; dmsetup ls --target verity | wc -l'
  await waitFor(machine, `${state}; :`, (text) => text === 'running\ninactive\ninactive\n1')
  assert.equal(await runs(machine), version)
  const names = (await machine.sh('ls /boot/EFI/Linux')).split('\n')
  assert.equal(names[0], `afloat_${version}.efi`)
  assert.match(names[1] ?? '', /^afloat_9\.0\.0\+0(-\d)?\.efi$/)
}

/** Runs a script until it prints what is wanted; returns that. Throws what came last after some minutes. */
export async function waitFor(
  machine: Machine,
  script: string,
  isWanted: (stdout: string) => boolean,
): Promise<string> {
  const endMs = Date.now() + verdictTimeoutMs
  for (;;) {
    let last = ''
    try {
      last = await machine.sh(script, { timeoutMs: 120_000 })
      if (isWanted(last)) return last
    } catch (error) {
      last = String(error)
    }
    assert.ok(Date.now() < endMs, `Not so in time: ${script}: ${last}`)
    await sleep(1000)
  }
}

export async function runs(machine: Machine): Promise<string> {
  return await machine.sh('. /usr/lib/os-release; echo $IMAGE_VERSION')
}
