import { decodeUtf8, embeddedBytes, type File, type Gunzip } from '@afloat/ignition'
import { type ParsedUnit, parseUnit, splitWords, unitValue, unitValues } from '@afloat/unitfile'
import type { ExplainedContainer, ExplainedNetwork, ExplainedVolume } from './explanation.ts'

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
      health: unitValue(unit, 'Container', 'HealthCmd'),
      limits: limitsOf(unit),
      survives: survives(unit),
    }
  })
}

export function explainNetworks(files: readonly File[], gunzip?: Gunzip): ExplainedNetwork[] {
  return quadlets(files, 'network', gunzip).map(({ path, name, unit }) => ({
    name: unitValue(unit, 'Network', 'NetworkName') ?? `systemd-${name}`,
    path,
    driver: unitValue(unit, 'Network', 'Driver'),
    subnets: unitValues(unit, 'Network', 'Subnet'),
    internal: isTrue(unitValue(unit, 'Network', 'Internal')),
    survives: survives(unit),
  }))
}

export function explainVolumes(files: readonly File[], gunzip?: Gunzip): ExplainedVolume[] {
  return quadlets(files, 'volume', gunzip).map(({ path, name, unit }) => ({
    name: unitValue(unit, 'Volume', 'VolumeName') ?? `systemd-${name}`,
    path,
    driver: unitValue(unit, 'Volume', 'Driver'),
    device: unitValue(unit, 'Volume', 'Device'),
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
  return isTrue(unitValue(unit, 'Unit', 'SurviveFinalKillSignal'))
}

function isTrue(value = ''): boolean {
  return /^(1|yes|true|on|y|t)$/i.test(value)
}

function limitsOf(unit: ParsedUnit): string[] {
  const args = unitValues(unit, 'Container', 'PodmanArgs').flatMap((line) => splitWords(line) ?? [])
  const ofArgs = args.flatMap((arg) => {
    const [, name, value] = /^--(memory|cpus)=(.+)$/.exec(arg) ?? []
    return name === undefined ? [] : [`${name} ${value}`]
  })
  const ofKeys = Object.entries(LIMIT_KEYS).flatMap(([key, name]) =>
    unitValues(unit, 'Container', key).map((value) => `${name} ${value}`),
  )
  return [...ofArgs, ...ofKeys]
}

const LIMIT_KEYS = { PidsLimit: 'pids', Ulimit: 'ulimit', ShmSize: 'shm' } as const

function variableNames(assignments: string): string[] {
  return (splitWords(assignments) ?? []).map((word) => word.replace(/=.*$/s, ''))
}
