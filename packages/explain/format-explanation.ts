import type {
  Contents,
  ExplainedContainer,
  ExplainedDirectory,
  ExplainedDisk,
  ExplainedExtension,
  ExplainedFile,
  ExplainedFilesystem,
  ExplainedGroup,
  ExplainedLink,
  ExplainedLuks,
  ExplainedNetwork,
  ExplainedPartition,
  ExplainedRaid,
  ExplainedUnit,
  ExplainedUpdates,
  ExplainedUser,
  ExplainedVolume,
  Explanation,
  ReferencedConfig,
} from './explanation.ts'
import { formatBytes } from './format-bytes.ts'
import { type Branch, formatTree } from './tree.ts'

/** Prints an explanation for a person: a heading for each kind of thing the machine gets. Ends in a newline. */
export function formatExplanation(explanation: Explanation): string {
  return `${formatTree(branches(explanation)).join('\n')}\n`
}

function branches(explanation: Explanation): Branch[] {
  const { kernelArguments, updates } = explanation
  return [
    { cells: [`Ignition ${explanation.ignition}`] },
    ...section('Configs', explanation.configs.map(configBranch)),
    ...section('Kernel arguments', [
      ...kernelArguments.add.map((argument) => ({ cells: ['with', argument] })),
      ...kernelArguments.remove.map((argument) => ({ cells: ['without', argument] })),
    ]),
    ...section('Disks', explanation.disks.map(diskBranch)),
    ...section('RAID', explanation.raid.map(raidBranch)),
    ...section('LUKS', explanation.luks.map(luksBranch)),
    ...section('File systems', explanation.filesystems.map(filesystemBranch)),
    ...section('Users', explanation.users.map(userBranch)),
    ...section('Groups', explanation.groups.map(groupBranch)),
    ...section('Directories', explanation.directories.map(directoryBranch)),
    ...section('Files', explanation.files.map(fileBranch)),
    ...section('Links', explanation.links.map(linkBranch)),
    ...section('Units', explanation.units.map(unitBranch)),
    ...section('Containers', explanation.containers.map(containerBranch)),
    ...section('Volumes', explanation.volumes.map(volumeBranch)),
    ...section('Networks', explanation.networks.map(networkBranch)),
    ...section('Extensions', explanation.extensions.map(extensionBranch)),
    ...section('Updates', updates === undefined ? [] : updateBranches(updates)),
  ]
}

function section(title: string, below: readonly Branch[]): Branch[] {
  return below.length === 0 ? [] : [{ cells: [title], below }]
}

/** What is said of a thing, without what there is nothing to say of. */
function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(', ')
}

function configBranch({ how, contents, config }: ReferencedConfig): Branch {
  const verb = how === 'merge' ? 'merged' : 'used instead'
  return { cells: [verb, contentsText(contents)], below: config === undefined ? [] : branches(config) }
}

function diskBranch({ device, wiped, partitions }: ExplainedDisk): Branch {
  return { cells: [device, words(wiped && 'table wiped')], below: partitions.map(partitionBranch) }
}

function partitionBranch({ number, label, sizeMiB, startMiB, typeGuid, action }: ExplainedPartition): Branch {
  const size = action === 'delete' ? '' : sizeMiB ? `${sizeMiB} MiB` : 'all that is free'
  const said = words(
    action === 'delete' && 'deleted',
    action === 'replace' && 'replaced if it differs',
    action === 'resize' && 'resized',
    startMiB !== undefined && startMiB !== 0 && `from ${startMiB} MiB`,
    typeGuid && `type ${typeGuid}`,
  )
  return { cells: [number === 0 ? 'next' : String(number), label ?? '-', size, said] }
}

function raidBranch({ name, level, devices, spares }: ExplainedRaid): Branch {
  return { cells: [name, level, words(devices.join(' '), spares > 0 && `${spares} spare`)] }
}

function luksBranch({ name, device, wiped, unlockedBy, threshold }: ExplainedLuks): Branch {
  const needed = threshold === undefined ? '' : ` (${threshold} needed)`
  return { cells: [name, device, words(`opened by ${unlockedBy.join(', ')}${needed}`, wiped && 'wiped')] }
}

function filesystemBranch(filesystem: ExplainedFilesystem): Branch {
  const { device, format, path, label, wiped, mountOptions } = filesystem
  const said = words(
    label && `label ${label}`,
    mountOptions.length > 0 && `options ${mountOptions.join(',')}`,
    wiped && 'wiped',
  )
  return { cells: [device, format ?? 'as it is', path ?? '-', said] }
}

function userBranch(user: ExplainedUser): Branch {
  const { name, exists, uid, system, primaryGroup, groups, homeDir, shell, sshKeys, hasPassword } = user
  if (!exists) return { cells: [name, 'removed'] }
  const keys = sshKeys === 1 ? '1 SSH key' : `${sshKeys} SSH keys`
  return {
    cells: [
      name,
      words(
        uid !== undefined && `id ${uid}`,
        system && 'system',
        hasPassword ? 'password' : 'no password',
        keys,
        primaryGroup && `group ${primaryGroup}`,
        groups.length > 0 && `also in ${groups.join(' ')}`,
        homeDir && `home ${homeDir}`,
        shell && `shell ${shell}`,
      ),
    ],
  }
}

function groupBranch({ name, exists, gid, system }: ExplainedGroup): Branch {
  return {
    cells: [name, words(!exists && 'removed', gid !== undefined && `id ${gid}`, system && 'system')],
  }
}

function directoryBranch({ path, mode, user, group, overwrite }: ExplainedDirectory): Branch {
  return { cells: [mode, `${user}:${group}`, path, words(overwrite && 'replaces what is there')] }
}

function fileBranch({ contents, appended, ...node }: ExplainedFile): Branch {
  const { path, mode, user, group, overwrite } = node
  const text = contents === undefined ? (appended.length > 0 ? '' : 'empty') : contentsText(contents)
  const said = words(text, ...appended.map((part) => `appended ${contentsText(part)}`))
  return {
    cells: [mode, `${user}:${group}`, path, words(said, overwrite && 'replaces what is there')],
  }
}

function contentsText({ from, bytes, packedBytes, hash }: Contents): string {
  const size = bytes === undefined ? undefined : formatBytes(bytes)
  if (from !== 'config') return words(`from ${from}`, hash && 'checked by hash')
  if (packedBytes === undefined) return size ?? ''
  return words(size, `gzip ${formatBytes(packedBytes)} in the config`)
}

function linkBranch({ path, target, hard, user, group, overwrite }: ExplainedLink): Branch {
  const owner = `${user}:${group}`
  const said = words(overwrite && 'replaces what is there', owner !== 'root:root' && owner)
  return { cells: [path, `${hard ? 'hard link to' : '→'} ${target}`, said] }
}

function unitBranch({ name, enabled, masked, written, dropins }: ExplainedUnit): Branch {
  const state = masked ? 'masked' : enabled === undefined ? '-' : enabled ? 'enabled' : 'disabled'
  const said = words(
    written ? 'written' : 'of the system',
    masked === false && 'unmasked',
    dropins.length > 0 && `drop-ins ${dropins.join(' ')}`,
  )
  return { cells: [name, state, said] }
}

function containerBranch(container: ExplainedContainer): Branch {
  const { name, image, command, ports, volumes, networks, environment, restart, survives } = container
  const { health, limits } = container
  const list = (title: string, items: readonly string[]): Branch[] =>
    items.length === 0 ? [] : [{ cells: [title, items.join('  ')] }]
  return {
    cells: [name, image ?? '-', words(survives && 'survives', restart && `restart ${restart}`)],
    below: [
      ...list('command', command === undefined ? [] : [command]),
      ...list('ports', ports),
      ...list('volumes', volumes),
      ...list('network', networks),
      ...list('environment', environment),
      ...list('health', health === undefined ? [] : [health]),
      ...list('limits', limits),
    ],
  }
}

function volumeBranch({ name, driver, device, survives }: ExplainedVolume): Branch {
  return {
    cells: [name, words(survives && 'survives', driver && `driver ${driver}`, device && `of ${device}`)],
  }
}

function networkBranch({ name, driver, subnets, internal, survives }: ExplainedNetwork): Branch {
  const said = words(survives && 'survives', driver, ...subnets, internal && 'internal')
  return { cells: [name, said] }
}

function extensionBranch({ name, contents }: ExplainedExtension): Branch {
  return { cells: [name, contents === undefined ? '' : contentsText(contents)] }
}

function updateBranches(updates: ExplainedUpdates): Branch[] {
  const { server, group, channel, strategy, kexec, automatic, windows, settleSec } = updates
  const { publicKeys, health } = updates
  return [
    { cells: ['server', server] },
    { cells: ['group', words(group, channel !== undefined && `channel ${channel}`)] },
    {
      cells: ['strategy', words(strategy, kexec && 'kexec', automatic ? 'automatic' : 'when a person asks')],
    },
    { cells: ['signed by', `${publicKeys} ${publicKeys === 1 ? 'key' : 'keys'}`] },
    ...windows.map((window) => ({ cells: ['acts', window] })),
    { cells: ['healthy within', `${settleSec} s`] },
    ...health.map(({ unit, url }) => ({ cells: ['watches', url === undefined ? unit : `${unit} ${url}`] })),
  ]
}
