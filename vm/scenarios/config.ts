import assert from 'node:assert/strict'
import { join } from 'node:path'
import { repoDir } from '@afloat/build/paths'
import { compileFile, compileText } from '@afloat/cli/compile-file'
import { formatReport } from '@afloat/cli/config-report'
import { guestRegistry } from '../registry.ts'

const fixtures = join(repoDir, 'vm/scenarios/fixtures')

/** Names under which QEMU hands over a config; the first goes first. */
export const fwCfgNames = ['opt/org.flatcar-linux/config', 'opt/com.coreos/config'] as const

/** Returns the Ignition config of examples/web.yaml. */
export function webConfig(): string {
  return checked(compileFile(join(repoDir, 'examples/web.yaml')))
}

/** Returns the Ignition config of a YAML fixture; `filesDir` holds the files that it names. */
export function fixtureConfig(name: string, filesDir: string): string {
  return checked(compileFile(join(fixtures, name), { filesDir }))
}

/** Returns the Ignition config of YAML without its header. */
export function configOf(yaml: string): string {
  const text = `variant: afloat\nversion: 1.0.0\n${yaml}`
  const { ignition, report, texts } = compileText(text, {
    fileName: 'inline',
    filesDir: undefined,
    applied: true,
  })
  const ignitionJson = ignition === undefined ? undefined : JSON.stringify(ignition)
  return checked({ ignitionJson, report, texts })
}

/** An element of `storage.files` in YAML: the registry of this computer, which has no certificate. */
export const localRegistryFile = `
    - path: /etc/containers/registries.conf.d/10-local.conf
      contents:
        inline: |
          [[registry]]
          location = "${guestRegistry}"
          insecure = true`

/** Returns the Ignition config of a machine of which nothing but its name is known. */
export function namedConfig(hostname: string): string {
  return configOf(`hostname: ${hostname}\n`)
}

function checked({ ignitionJson, report, texts }: ReturnType<typeof compileFile>): string {
  assert.ok(ignitionJson !== undefined, formatReport(report, texts))
  return ignitionJson
}
