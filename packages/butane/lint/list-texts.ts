import type { File } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { LintInput } from './lint-input.ts'

/** A text that a config writes to a file of the machine. */
export interface WrittenText {
  /** Of the machine. */
  readonly path: string
  readonly text: string
  /** Whether every user of the machine may read it. */
  readonly isReadable: boolean
  /** Permission bits as in `0644`. */
  readonly mode: string
  /** Where the text stands in the YAML file. */
  readonly at: Path
}

/** Files, appended parts, units and drop-ins whose contents stand in the config and are text. */
export function listTexts(input: LintInput): WrittenText[] {
  return [...textsOfFiles(input), ...textsOfUnits(input)]
}

/** Source: Ignition specification, `mode` of files */
export const DEFAULT_FILE_MODE = 0o644

function* textsOfFiles(input: LintInput): Generator<WrittenText> {
  const closed = closedDirectories(input)
  for (const [index, file] of (input.config.storage?.files ?? []).entries()) {
    const mode = file.mode ?? DEFAULT_FILE_MODE
    const isReadable = (mode & 0o004) !== 0 && !closed.some((path) => file.path.startsWith(`${path}/`))
    for (const { resource, at } of resourcesOf(file)) {
      const text = input.textOf(resource)
      if (text === undefined) continue
      const from = input.origin(['storage', 'files', index, ...at, 'source'])
      yield { path: file.path, text, isReadable, mode: octal(mode), at: from }
    }
  }
}

function resourcesOf({ contents, append = [] }: File) {
  const parts = append.map((resource, index) => ({ resource, at: ['append', index] as Path }))
  return contents ? [{ resource: contents, at: ['contents'] as Path }, ...parts] : parts
}

/** Directories that only their owner or group may enter. */
function closedDirectories({ config }: LintInput): string[] {
  const closed = (config.storage?.directories ?? []).filter(({ mode = 0o755 }) => (mode & 0o001) === 0)
  return ['/root', ...closed.map(({ path }) => path)]
}

/** systemd shows units to everyone, whatever the mode of their files. */
function* textsOfUnits(input: LintInput): Generator<WrittenText> {
  const open = { isReadable: true, mode: '0644' }
  for (const [index, unit] of (input.config.systemd?.units ?? []).entries()) {
    const from: Path = ['systemd', 'units', index]
    const path = `/etc/systemd/system/${unit.name}`
    if (unit.contents) yield { ...open, path, text: unit.contents, at: input.origin([...from, 'contents']) }
    for (const [at, { name, contents }] of (unit.dropins ?? []).entries())
      if (contents) {
        const place = input.origin([...from, 'dropins', at, 'contents'])
        yield { ...open, path: `${path}.d/${name}`, text: contents, at: place }
      }
  }
}

/** `0644`, as YAML takes it. */
export function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`
}
