import { mount } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { initError } from './errors.ts'
import { places } from './places.ts'

/** What the root partition holds before anything else: mount points, links into /usr, and homes of state. */
const tree: readonly (readonly ['dir', string, number] | readonly ['link', string, string])[] = [
  ['dir', 'dev', 0o755],
  ['dir', 'etc', 0o755],
  ['dir', 'boot', 0o755],
  ['dir', 'home', 0o755],
  ['dir', 'mnt', 0o755],
  ['dir', 'opt', 0o755],
  ['dir', 'proc', 0o555],
  ['dir', 'root', 0o700],
  ['dir', 'run', 0o755],
  ['dir', 'srv', 0o755],
  ['dir', 'sys', 0o555],
  ['dir', 'tmp', 0o1777],
  ['dir', 'usr', 0o755],
  ['dir', 'var', 0o755],
  ['dir', 'var/lib', 0o755],
  ['dir', 'var/lib/afloat', 0o755],
  ['dir', 'var/lib/afloat/etc', 0o755],
  ['dir', 'var/lib/afloat/etc/upper', 0o755],
  ['dir', 'var/lib/afloat/etc/work', 0o755],
  ['link', 'bin', 'usr/bin'],
  ['link', 'lib', 'usr/lib'],
  ['link', 'lib64', 'usr/lib64'],
  ['link', 'sbin', 'usr/sbin'],
]

const record = `${places.system}/var/lib/afloat/provisioned.json`
const marker = `${places.system}/var/lib/afloat/provisioning`

/** Whether the machine was provisioned, by an earlier boot. */
export function isProvisioned(sys: Sys): boolean {
  return sys.exists(record)
}

/**
 * Completes the root file system and mounts /usr and /etc into it.
 * A first boot that was cut short is undone first, so that the next try starts from nothing.
 * Throws `init/root-foreign` for a file system that no Afloat machine has made.
 */
export function mountSystem(sys: Sys): void {
  if (!isProvisioned(sys)) startAfresh(sys)
  for (const [kind, path, value] of tree) {
    const full = `${places.system}/${path}`
    if (sys.exists(full)) continue
    if (kind === 'dir') sys.makeDirs(full, { mode: value })
    else sys.symlink(value, full)
  }
  const { stage, system } = places
  mount(sys, { source: `${stage}/usr`, target: `${system}/usr`, options: ['bind'] })
  const etc = `${system}/var/lib/afloat/etc`
  mount(sys, {
    source: 'overlay',
    target: `${system}/etc`,
    type: 'overlay',
    // The lower folder is another one after each update: nothing in the upper one may refer to it.
    options: [
      `lowerdir=${system}/usr/share/afloat/etc`,
      `upperdir=${etc}/upper`,
      `workdir=${etc}/work`,
      'index=off',
      'metacopy=off',
      'redirect_dir=off',
    ],
  })
  for (const dir of ['dev', 'proc', 'sys', 'run']) {
    mount(sys, { source: `/${dir}`, target: `${system}/${dir}`, options: ['rbind'] })
  }
}

function startAfresh(sys: Sys): void {
  const names = (sys.list(places.system) ?? []).filter((name) => name !== 'lost+found')
  if (!sys.exists(marker)) {
    const ours = new Set(tree.map(([, path]) => path))
    const foreign = names.filter((name) => !ours.has(name))
    if (foreign.length === 0) return
    throw initError(
      'init/root-foreign',
      `Cannot use the root partition: it holds "${foreign[0]}", which no Afloat machine has put there`,
      {
        hint: 'Move the data elsewhere and delete the partition; a new one is made at the next boot',
      },
    )
  }
  // Everything but the marker first: cut short, this is done again.
  removeAllBut(sys, marker, places.system)
  sys.sync()
  sys.remove(marker)
}

/** Empties a folder, leaving the way to `kept`. */
function removeAllBut(sys: Sys, kept: string, dir: string): void {
  for (const name of sys.list(dir) ?? []) {
    const path = `${dir}/${name}`
    if (path === kept || name === 'lost+found') continue
    if (kept.startsWith(`${path}/`)) removeAllBut(sys, kept, path)
    else sys.remove(path, { recursive: true })
  }
}
