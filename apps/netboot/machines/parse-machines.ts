import { parseYaml } from '@afloat/butane/yaml/parse-yaml'
import { yamlScalars } from '@afloat/butane/yaml/yaml-scalars'
import { decode } from '@afloat/ignition'
import { finding, nearestName, type Path, type Report } from '@afloat/report'
import { machineErrors as errors } from '../errors.ts'
import { parseMac, parseUuid } from '../identity.ts'
import { splitAndCheck } from './check-cmdline.ts'
import { type CmdlinePiece, joinPieces, pieceAt } from './cmdline-pieces.ts'
import type { Boot, MachineSet } from './machine-set.ts'
import {
  type MachineEntry,
  type MachinesFile,
  machineSpec,
  type ProfileEntry,
  wordsOf,
} from './machine-spec.ts'
import { MachinesSource } from './machines-source.ts'
import type { SplitCmdline } from './split-cmdline.ts'

export type ParsedMachines = {
  /** Undefined if the report has errors. */
  readonly machines: MachineSet | undefined
  readonly report: Report
  /** The text without what must not be printed; undefined: none of it may be. */
  readonly shown: string | undefined
}

export type ParseMachinesOptions = {
  /** For `file:line:column`. */
  readonly fileName: string
  /** The packs there are, by name. */
  readonly packs: readonly string[]
}

const largest = 4_000_000

/** Reads who boots what, and checks each command line as it will be. Never throws for what the file holds. */
export function parseMachines(text: string, options: ParseMachinesOptions): ParsedMachines {
  const source = new MachinesSource(text.replace(/^\ufeff/, ''), options.fileName)
  const machines = new Reader(source, options.packs).read()
  const { report, shown } = source
  return { machines: report.hasErrors ? undefined : machines, report, shown }
}

class Reader {
  readonly #source: MachinesSource
  readonly #packs: readonly string[]
  readonly #profiles = new Map<string, { readonly entry: ProfileEntry; readonly path: Path }>()
  readonly #byMac = new Map<string, Boot>()
  readonly #byUuid = new Map<string, Boot>()
  /** What was found in a profile would else be told for each machine that has it. */
  readonly #told = new Set<string>()

  constructor(source: MachinesSource, packs: readonly string[]) {
    this.#source = source
    this.#packs = packs
  }

  read(): MachineSet | undefined {
    const file = this.#readFields()
    if (file === undefined) return undefined
    const { profiles = [], machines = [], default: others } = file
    this.#readProfiles(profiles)
    for (const [index, entry] of machines.entries())
      if (entry !== null) this.#readMachine(entry, ['machines', index])
    this.#checkUnused(file)
    if (others === undefined && machines.length === 0) this.#source.error(errors.nothing(), [])
    return {
      byMac: this.#byMac,
      byUuid: this.#byUuid,
      others: others === undefined ? undefined : this.#boot({ profile: others }, ['default']),
    }
  }

  #readFields(): MachinesFile | undefined {
    if (this.#source.text.length > largest) return this.#source.error(errors.tooLarge(), [])
    const yaml = parseYaml(this.#source.text)
    if ('problems' in yaml) {
      for (const { found, offset } of yaml.problems) this.#source.error(found, [], offset)
      return undefined
    }
    this.#source.root = yaml.root ?? this.#source.root
    const { value, issues } = decode(this.#source.root, machineSpec, {
      scalars: yamlScalars({ fractions: 'refuse' }),
      errors,
      unknownKeys: 'error',
      mergeKeys: true,
      ignoreRootKey: (key) => key.startsWith('x-'),
    })
    for (const issue of issues) this.#source.add(issue)
    return this.#source.report.hasErrors ? undefined : (value as MachinesFile)
  }

  #readProfiles(profiles: readonly (ProfileEntry | null)[]): void {
    for (const [index, entry] of profiles.entries()) {
      if (entry === null) continue
      const path: Path = ['profiles', index]
      this.#checkName(entry, path)
      this.#checkPacks(entry, path)
      if (entry.name === undefined) this.#source.error(errors.missing('name'), path)
      else if (this.#profiles.has(entry.name))
        this.#source.error(errors.twice('Profile', entry.name, 'another one'), [...path, 'name'])
      else this.#profiles.set(entry.name, { entry, path })
    }
  }

  #readMachine(entry: MachineEntry, path: Path): void {
    this.#checkName(entry, path)
    const macs = wordsOf(entry.mac)
    if (macs.length === 0 && entry.uuid === undefined) this.#source.error(errors.nobody(), path)
    const name = entry.name ?? macs[0] ?? entry.uuid ?? ''
    const boot = this.#boot(entry, path, name)
    for (const [at, text] of macs.entries()) {
      const place = typeof entry.mac === 'string' ? [...path, 'mac'] : [...path, 'mac', at]
      const mac = parseMac(text)
      if (mac === undefined) this.#source.error(errors.badMac(text), place)
      else this.#claim(this.#byMac, 'MAC address', mac, boot, place)
    }
    if (entry.uuid === undefined) return
    const uuid = parseUuid(entry.uuid)
    if (uuid === undefined) this.#source.error(errors.badUuid(entry.uuid), [...path, 'uuid'])
    else this.#claim(this.#byUuid, 'UUID', uuid, boot, [...path, 'uuid'])
  }

  #claim(known: Map<string, Boot>, what: string, key: string, boot: Boot, path: Path): void {
    const first = known.get(key)
    if (first === undefined) known.set(key, boot)
    else this.#source.error(errors.twice(what, key, `"${first.machine}"`), path)
  }

  /** A profile that machines have is checked with what they add: alone it may lack something. */
  #checkUnused(file: MachinesFile): void {
    const used = new Set([file.default, ...(file.machines ?? []).map((machine) => machine?.profile)])
    for (const [name, { entry, path }] of this.#profiles)
      if (!used.has(name)) this.#cmdline(pieces(entry, path), path)
  }

  /** `path` is that of a machine, or of the word that names a profile. */
  #boot(entry: MachineEntry, path: Path, machine?: string): Boot {
    const name = entry.profile
    const profile = name === undefined ? undefined : this.#profiles.get(name)
    if (name !== undefined && profile === undefined) {
      const place = path[0] === 'default' ? path : [...path, 'profile']
      this.#source.error(errors.unknownProfile(name, nearestName(name, [...this.#profiles.keys()])), place)
    }
    this.#checkPacks(entry, path)
    const all = [
      ...(profile === undefined ? [] : pieces(profile.entry, profile.path)),
      ...pieces(entry, path),
    ]
    return {
      ...(machine === undefined ? {} : { machine }),
      ...(name === undefined ? {} : { profile: name }),
      ...this.#cmdline(all, path),
      packs: [...new Set([...wordsOf(profile?.entry.packs), ...wordsOf(entry.packs)])],
    }
  }

  /** Names are shown by iPXE, to which some characters mean something. */
  #checkName({ name }: ProfileEntry, path: Path): void {
    if (name !== undefined && !/^[\w.-]{1,100}$/.test(name))
      this.#source.error(errors.badName(name), [...path, 'name'])
  }

  #checkPacks(entry: ProfileEntry, path: Path): void {
    const packs = this.#packs
    for (const [index, name] of wordsOf(entry.packs).entries()) {
      if (packs.includes(name)) continue
      const place = typeof entry.packs === 'string' ? ['packs'] : ['packs', index]
      this.#source.error(errors.unknownPack(name, nearestName(name, packs), packs), [...path, ...place])
    }
  }

  #cmdline(all: readonly CmdlinePiece[], path: Path): SplitCmdline {
    const { findings, secrets, ...split } = splitAndCheck(joinPieces(all))
    for (const { offset, length } of secrets) {
      const at = pieceAt(all, offset)
      if (at !== undefined) this.#source.hide(at.piece, at.offset, length)
    }
    for (const { severity, code, message, hint, offset } of findings) {
      const at = pieceAt(all, offset)
      const issue = {
        ...finding(code, message, hint),
        severity,
        path: at?.piece.path ?? path,
        ...(at === undefined ? {} : { offset: this.#source.offsetOf(at.piece, at.offset) }),
      }
      const key = `${issue.code} ${issue.offset} ${issue.message}`
      if (this.#told.has(key)) continue
      this.#told.add(key)
      this.#source.add(issue)
    }
    return split
  }
}

/** A line break of a literal block is a blank, which leaves places as they are. */
function pieces({ cmdline }: ProfileEntry, path: Path): CmdlinePiece[] {
  const at = (index: number): Path =>
    typeof cmdline === 'string' ? [...path, 'cmdline'] : [...path, 'cmdline', index]
  return wordsOf(cmdline).map((text, index) => ({
    text: text.trimEnd().replaceAll('\n', ' '),
    path: at(index),
  }))
}
