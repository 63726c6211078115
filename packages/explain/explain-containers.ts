import { decodeUtf8, embeddedBytes, type File, type Gunzip } from '@afloat/ignition'
import { type ParsedUnit, parseUnit, splitWords, unitValue, unitValues } from '@afloat/unitfile'
import type { ExplainedContainer, ExplainedNetwork } from './explanation.ts'

/** The containers that podman will make of files below its folder. Source: podman-systemd.unit(5) */
export function explainContainers(files: readonly File[], gunzip?: Gunzip): ExplainedContainer[] {
  return quadlets(files, 'container', gunzip).map(({ path, name, unit }) => {
    const values = (key: string) => unitValues(unit, 'Container', key)
    return {
      name: unitValue(unit, 'Container', 'ContainerName') ?? `systemd-${name}`,
      path,
      image: unitValue(unit, 'Container', 'Image'),
      command: unitValue(unit, 'Container', 'Exec'),
      ports: values('PublishPort'),
      volumes: values('Volume'),
      networks: values('Network').map((network) => network.replace(/\.network$/, '')),
      environment: values('Environment').flatMap(variableNames),
      restart: unitValue(unit, 'Service', 'Restart'),
      survives: survives(unit),
    }
  })
}

export function explainNetworks(files: readonly File[], gunzip?: Gunzip): ExplainedNetwork[] {
  return quadlets(files, 'network', gunzip).map(({ path, name, unit }) => ({
    name: unitValue(unit, 'Network', 'NetworkName') ?? `systemd-${name}`,
    path,
    survives: survives(unit),
  }))
}

interface Quadlet {
  readonly path: string
  /** Of the file, without its extension. */
  readonly name: string
  readonly unit: ParsedUnit
}

function quadlets(files: readonly File[], kind: string, gunzip?: Gunzip): Quadlet[] {
  return files.flatMap(({ path, contents }) => {
    const [, name, extension] = /^\/etc\/containers\/systemd\/(?:.*\/)?([^/]+)\.([a-z]+)$/.exec(path) ?? []
    const bytes = extension === kind && contents !== undefined ? embeddedBytes(contents, gunzip) : undefined
    const text = bytes && decodeUtf8(bytes)
    return name === undefined || text === undefined ? [] : [{ path, name, unit: parseUnit(text) }]
  })
}

/** Source: systemd-soft-reboot.service(8), "Resource pass-through" */
function survives(unit: ParsedUnit): boolean {
  return /^(1|yes|true|on|y|t)$/i.test(unitValue(unit, 'Unit', 'SurviveFinalKillSignal') ?? '')
}

function variableNames(assignments: string): string[] {
  return (splitWords(assignments) ?? []).map((word) => word.replace(/=.*$/s, ''))
}
