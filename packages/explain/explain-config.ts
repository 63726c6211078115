import { decodeUtf8, embeddedBytes, type Gunzip, type IgnitionConfig, parseIgnition } from '@afloat/ignition'
import { explainGroup, explainUser } from './explain-accounts.ts'
import { explainContainers, explainNetworks, explainVolumes } from './explain-containers.ts'
import { explainContents } from './explain-contents.ts'
import { explainDisk, explainFilesystem, explainLuks, explainRaid } from './explain-disks.ts'
import { explainExtensions } from './explain-extensions.ts'
import { explainDirectory, explainFile, explainLink } from './explain-nodes.ts'
import { explainUnit } from './explain-unit.ts'
import { explainUpdates } from './explain-updates.ts'
import type { Explanation, ReferencedConfig } from './explanation.ts'

export interface ExplainOptions {
  /** Without it the size of compressed contents stays unknown. */
  readonly gunzip?: Gunzip
}

/** Lists what a machine will get from a valid config. */
export function explainConfig(config: IgnitionConfig, options: ExplainOptions = {}): Explanation {
  return explain(config, options, DEEPEST)
}

/** How far configs in configs are followed: compressed ones may hold each other without end. */
const DEEPEST = 3

function explain(config: IgnitionConfig, options: ExplainOptions, depth: number): Explanation {
  const { ignition, kernelArguments, passwd, storage = {}, systemd } = config
  const { gunzip } = options
  return {
    apiVersion: 'afloat/v1',
    kind: 'ConfigExplanation',
    ignition: ignition.version,
    configs: explainReferences(ignition.config, options, depth),
    kernelArguments: {
      add: kernelArguments?.shouldExist ?? [],
      remove: kernelArguments?.shouldNotExist ?? [],
    },
    disks: (storage.disks ?? []).map(explainDisk),
    raid: (storage.raid ?? []).map(explainRaid),
    luks: (storage.luks ?? []).map(explainLuks),
    filesystems: (storage.filesystems ?? []).map(explainFilesystem),
    users: (passwd?.users ?? []).map(explainUser),
    groups: (passwd?.groups ?? []).map(explainGroup),
    directories: (storage.directories ?? []).map(explainDirectory),
    files: (storage.files ?? []).map((file) => explainFile(file, gunzip)),
    links: (storage.links ?? []).map(explainLink),
    units: (systemd?.units ?? []).map(explainUnit),
    containers: explainContainers(storage.files ?? [], gunzip),
    volumes: explainVolumes(storage.files ?? [], gunzip),
    networks: explainNetworks(storage.files ?? [], gunzip),
    extensions: explainExtensions(storage, gunzip),
    updates: explainUpdates(storage.files ?? [], gunzip),
  }
}

function explainReferences(
  references: IgnitionConfig['ignition']['config'],
  options: ExplainOptions,
  depth: number,
): ReferencedConfig[] {
  const { merge = [], replace } = references ?? {}
  const all = [
    ...merge.map((resource) => ({ how: 'merge' as const, resource })),
    ...(replace === undefined ? [] : [{ how: 'replace' as const, resource: replace }]),
  ]
  return all.flatMap(({ how, resource }): ReferencedConfig[] => {
    const contents = explainContents(resource, options.gunzip)
    if (contents === undefined) return []
    const bytes = depth === 0 ? undefined : embeddedBytes(resource, options.gunzip)
    const text = bytes && decodeUtf8(bytes)
    const inner = text === undefined ? undefined : parseIgnition(text, { applied: false }).config
    return [{ how, contents, config: inner && explain(inner, options, depth - 1) }]
  })
}
