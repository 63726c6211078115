import { type IgnitionConfig, parseIgnition } from '@afloat/ignition'
import { formatRaw } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'
import { findConfig } from './channels/find-config.ts'
import type { FoundConfig } from './channels/found-config.ts'
import { provisionErrors as errors } from './errors.ts'
import { isRemote, listResources } from './fetch/contents.ts'
import { fetchResources } from './fetch/fetch-resources.ts'
import { publicUrl } from './fetch/public-url.ts'
import { checkHostname } from './hostname/check-hostname.ts'
import { readAccounts } from './passwd/accounts.ts'
import { executePlan } from './plan/execute-plan.ts'
import { planProvision } from './plan/plan-provision.ts'
import { beginProvisioning, finishProvisioning, isProvisioned, type ProvisionRecord } from './record.ts'

export type Outcome = 'provisioned' | 'already-provisioned' | 'needs-network'

/**
 * Makes this machine what its config says, once in its life.
 * With `needs-network` nothing was changed. A failure leaves the marker and no record: the root file system is then
 * half done and must be made anew.
 */
export function provision(sys: Sys, options: { networkUp: boolean }): Outcome {
  if (isProvisioned(sys)) {
    sys.log('This machine is already provisioned')
    return 'already-provisioned'
  }
  const search = findConfig(sys, options)
  if (search.kind === 'needs-network') return askForNetwork(sys, search.why)
  const found = search.kind === 'found' ? search.config : undefined
  const config = found === undefined ? emptyConfig : readFound(sys, found)
  const resources = listResources(config)
  const remote = resources.find(({ resource }) => isRemote(resource))
  if (remote !== undefined && !options.networkUp) {
    return askForNetwork(sys, `${remote.place} is at ${publicUrl(remote.resource.source)}`)
  }
  const plan = planProvision(config, readAccounts(sys))
  beginProvisioning(sys)
  fetchResources(sys, resources)
  executePlan(sys, plan)
  finishProvisioning(sys, makeRecord(sys, found), found?.text)
  sys.log('This machine is provisioned')
  return 'provisioned'
}

/** What a machine without a config gets: the image as it is. */
const emptyConfig: IgnitionConfig = { ignition: { version: '3.4.0' } }

function askForNetwork(sys: Sys, why: string): Outcome {
  sys.log(`Provisioning needs the network: ${why}`)
  return 'needs-network'
}

const shownFindings = 10

function readFound(sys: Sys, { source, text }: FoundConfig): IgnitionConfig {
  sys.log(`Use the config from ${source.place}`)
  const { config, report } = parseIgnition(text)
  const [wrong, other] = [true, false].map((isError) =>
    report.diagnostics.filter(({ severity }) => (severity === 'error') === isError),
  )
  for (const diagnostic of other!) sys.log(formatRaw(diagnostic).trimEnd())
  if (config !== undefined) return config
  const lines = wrong!.slice(0, shownFindings).map((diagnostic) => formatRaw(diagnostic).trimEnd())
  if (wrong!.length > shownFindings) lines.push(`and ${wrong!.length - shownFindings} more`)
  throw errors.configInvalid(source.place, lines, wrong![0]?.hint)
}

function makeRecord(sys: Sys, found: FoundConfig | undefined): ProvisionRecord {
  const hostname = checkHostname(sys)
  const osVersion = /^IMAGE_VERSION="?([^"\n]*)"?$/m.exec(sys.readText('/etc/os-release') ?? '')?.[1]
  if (found === undefined) sys.log('No config found: this machine keeps the defaults of its image')
  return {
    version: 1,
    at: new Date(sys.nowMs()).toISOString(),
    source: found?.source ?? { channel: 'none', place: 'defaults of the image' },
    ...(found === undefined ? {} : { configSha256: found.sha256 }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(osVersion === undefined ? {} : { osVersion }),
  }
}
