import { nameExtension, parseUnit, unitValue } from '@afloat/unitfile'
import { basename } from '../../sys/path.ts'
import type { Sys } from '../../sys/sys.ts'

/** Where podman's generator looks for quadlets. Source: podman-systemd.unit(5) */
const quadletDirs = ['/etc/containers/systemd', '/usr/share/containers/systemd']

/** What is put between a quadlet's name and `.service`, by its type; and the section that may name the service. */
const types: Readonly<Record<string, { suffix: string; section: string }>> = {
  container: { suffix: '', section: 'Container' },
  kube: { suffix: '', section: 'Kube' },
  pod: { suffix: '-pod', section: 'Pod' },
  volume: { suffix: '-volume', section: 'Volume' },
  network: { suffix: '-network', section: 'Network' },
  image: { suffix: '-image', section: 'Image' },
  build: { suffix: '-build', section: 'Build' },
}

/** Returns the path of the quadlet that becomes the service `name`, or undefined. */
export function findQuadlet(sys: Sys, name: string): string | undefined {
  if (!name.endsWith('.service')) return undefined
  return quadletDirs.flatMap((dir) => listFiles(sys, dir)).find((path) => serviceName(sys, path) === name)
}

/** Returns the service that a quadlet becomes, or undefined for another file. */
function serviceName(sys: Sys, path: string): string | undefined {
  const file = basename(path)
  const extension = nameExtension(file)
  const type = types[extension]
  if (type === undefined) return undefined
  const stem = unitValue(parseUnit(sys.readText(path) ?? ''), type.section, 'ServiceName')
  if (stem !== undefined) return `${stem}.service`
  const base = file.slice(0, -extension.length - 1)
  const at = base.indexOf('@')
  return at < 0
    ? `${base}${type.suffix}.service`
    : `${base.slice(0, at)}${type.suffix}${base.slice(at)}.service`
}

function listFiles(sys: Sys, dir: string): string[] {
  return (sys.list(dir) ?? []).flatMap((name) => {
    const path = `${dir}/${name}`
    return sys.stat(path)?.kind === 'directory' ? listFiles(sys, path) : [path]
  })
}
