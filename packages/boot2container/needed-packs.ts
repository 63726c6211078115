import type { PipelineConfig } from './config.ts'
import { readContainer } from './read-container.ts'

/**
 * Returns the packs that a machine needs beside the base for what it is asked to do, as far as the command line tells: drivers
 * of its hardware, and what extra arguments ask for, are not known here.
 */
export function neededPacks(config: PipelineConfig): string[] {
  const needs: Readonly<Record<string, boolean>> = {
    https: needsHttps(config),
    s3: config.volumes.some(({ pullFrom, pushTo }) => pullFrom !== undefined && pushTo !== undefined),
    nfs: config.filesystems.some(
      ({ source, type = '' }) => /^nfs4?$/.test(type) || (type === '' && /^[^/]+:\//.test(source)),
    ),
    bridge: needsBridge(config),
    modules: config.modules.length > 0,
    keymaps: config.keymap !== undefined && config.keymap !== '',
  }
  return Object.keys(needs).filter((name) => needs[name])
}

/** curl and openssl. */
function needsHttps({ extraArgs, secrets, reports }: PipelineConfig): boolean {
  const urls = [
    extraArgs?.url,
    ...secrets.map(({ source }) => (source.kind === 'https' ? source.url : undefined)),
    ...reports.map((sink) => (sink.kind === 'url' ? sink.url : undefined)),
  ]
  return urls.some((url) => /^https:/i.test(url ?? '')) || (extraArgs?.publicKeys.length ?? 0) > 0
}

/** Networks other than the machine's, and none. */
function needsBridge({ services, containers, postContainers }: PipelineConfig): boolean {
  return [...services, ...containers, ...postContainers].some(({ args }) =>
    readContainer(args).options.some(
      ({ name, value }) => /^net(work)?$/.test(name) && !/^(host|none|container:.*|ns:.*)$/.test(value),
    ),
  )
}
