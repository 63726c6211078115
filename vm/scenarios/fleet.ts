import { join } from 'node:path'
import { repoDir } from '@afloat/build/paths'
import type { ReleaseVariant } from '@afloat/build/variant'
import { compileExample, ExampleFleet } from '@afloat/cli/example-fleet'
import type { PortForward } from '../ports.ts'
import { freePort } from '../ports.ts'
import type { DiskImage } from '../qemu-args.ts'
import { fwCfgNames } from './config.ts'
import type { Lab, LabMachineOptions } from './lab.ts'

/** The machine of examples/web.yaml, with the servers that it asks. */
export type WebMachine = {
  readonly fleet: ExampleFleet
  readonly disk: DiskImage
  /** Ports of this computer that lead to the container that survives, and to the one that does not. */
  readonly ports: { readonly web: number; readonly ordinary: number }
  /** For Lab.withMachine(), as often as it is to be started. */
  readonly options: LabMachineOptions & { readonly ports: readonly PortForward[] }
}

/** Gets everything ready for the machine of examples/web.yaml, which only takes updates that somebody orders. */
export async function prepareWebMachine(lab: Lab): Promise<WebMachine> {
  const fleet = await ExampleFleet.start()
  lab.onClose(() => fleet.stop())
  const registry = await lab.webRegistry()
  const [disk, vars, web, ordinary, config] = await Promise.all([
    lab.newDisk(),
    lab.newVars(),
    freePort(),
    freePort(),
    webConfigOnDemand(),
  ])
  return {
    fleet,
    disk,
    ports: { web, ordinary },
    options: {
      disk,
      vars,
      ports: [
        { host: web, guest: 80 },
        { host: ordinary, guest: 8080 },
      ],
      guestForwards: [registry.guestForward, fleet.guestForward],
      fwCfg: { [fwCfgNames[0]]: config },
    },
  }
}

/** Returns the Ignition config of examples/web.yaml, of a machine whose timer installs nothing. */
export async function webConfigOnDemand(): Promise<string> {
  return await compileExample(join(repoDir, 'examples/web.yaml'), (config) => {
    config.setIn(['updates', 'automatic'], 'false')
    // What is found good early is not waited for; a slow computer may need longer than a machine that is in use.
    config.setIn(['updates', 'settle'], '300s')
  })
}

/** Releases that several scenarios update to, so that they are built once. */
export const releases = {
  /** Older than what machines are installed with. */
  older: { version: '0.0.1' },
  next: { version: '9.0.0' },
} as const satisfies Record<string, ReleaseVariant>

/** Builds without a word. */
export const silently = <T>(_: string, run: () => Promise<T>): Promise<T> => run()
