import type { Cmdline } from '@afloat/cmdline'
import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'
import type { BootLog } from './boot-log.ts'
import { initError } from './errors.ts'
import { networkDown, networkUp } from './network.ts'
import { places } from './places.ts'
import { isProvisioned } from './root-tree.ts'

/** What the provisioner answers when it cannot go on without a network. It has changed nothing then. */
const needsNetwork = 75

/**
 * Applies the machine's configuration, once in its life.
 * The work is done by a program of the verified /usr inside the new root, which alone may say that it is done.
 */
export async function provision(sys: Sys, log: BootLog, cmdline: Cmdline): Promise<void> {
  if (isProvisioned(sys)) return
  let result = log.step('Provision', () => runProvisioner(sys, log, []))
  if (result.code === needsNetwork) {
    const network = await log.step('Bring the network up', () => networkUp(sys, cmdline))
    log.note(network.summary)
    result = log.step('Provision over the network', () => runProvisioner(sys, log, ['--network-up']))
    networkDown(sys, network)
  }
  if (result.code !== 0) throw failureOf(result.stdout)
}

/** What it says is shown as it comes: fetching may take minutes. */
function runProvisioner(sys: Sys, log: BootLog, options: readonly string[]) {
  return sys.run(
    [
      'chroot',
      places.system,
      'qjs',
      '--std',
      '--no-unhandled-rejection',
      '-m',
      '/usr/lib/afloat/provision.js',
      ...options,
    ],
    {
      env: { PATH: '/usr/sbin:/usr/bin', HOME: '/root', LC_ALL: 'C.UTF-8' },
      onStderr: (line) => log.note(line),
    },
  )
}

/** The provisioner's last word is one line of JSON; a program that crashed leaves none. */
function failureOf(stdout: string): AfloatError {
  try {
    const { error } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      error: { code: string; message: string; hint?: string }
    }
    return new AfloatError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint })
  } catch {
    return initError('init/provisioning-failed', 'The provisioner ended without an answer', {
      hint: 'The lines above say how far it came',
    })
  }
}
