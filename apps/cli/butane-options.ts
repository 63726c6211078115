/** What is wrong with the arguments; the caller prints the usage too. */
export class UsageError extends Error {}

export interface ButaneOptions {
  readonly strict?: boolean
  readonly check?: boolean
  readonly pretty?: boolean
  readonly raw?: boolean
  readonly rawErrors?: boolean
  readonly help?: boolean
  readonly version?: boolean
  readonly output?: string
  readonly filesDir?: string
  readonly color?: string
  readonly input?: string
}

interface Flag {
  readonly name: string
  readonly short?: string
  readonly key: keyof ButaneOptions | undefined
  /** A switch takes a value only as `--name=value`, and so does one with a default value. */
  readonly kind: 'switch' | 'text' | 'default always'
  /** Missing for a hidden one. */
  readonly help?: string
}

const FLAGS: readonly Flag[] = [
  { name: 'check', short: 'c', key: 'check', kind: 'switch', help: 'check only, write nothing' },
  { name: 'color', key: 'color', kind: 'default always', help: 'color the report: auto, always or never' },
  { name: 'colour', key: 'color', kind: 'default always' },
  { name: 'debug', short: 'D', key: undefined, kind: 'switch' },
  {
    name: 'files-dir',
    short: 'd',
    key: 'filesDir',
    kind: 'text',
    help: 'directory to embed local files from',
  },
  { name: 'help', short: 'h', key: 'help', kind: 'switch', help: 'show this and exit' },
  { name: 'input', key: 'input', kind: 'text' },
  { name: 'output', short: 'o', key: 'output', kind: 'text', help: 'write to a file, not standard output' },
  { name: 'pretty', short: 'p', key: 'pretty', kind: 'switch', help: 'indent the JSON' },
  { name: 'raw', short: 'r', key: 'raw', kind: 'switch', help: 'always write Ignition, no MachineConfig' },
  { name: 'raw-errors', key: 'rawErrors', kind: 'switch', help: 'print one line per problem' },
  { name: 'strict', short: 's', key: 'strict', kind: 'switch', help: 'fail on any warning' },
  { name: 'version', short: 'V', key: 'version', kind: 'switch', help: 'print the version and exit' },
]

export function butaneUsage(): string {
  const lines = FLAGS.flatMap(({ name, short, kind, help }) => {
    if (help === undefined) return []
    const value = { switch: '', text: ' STRING', 'default always': '[=WHEN]' }[kind]
    return [`  ${short ? `-${short},` : '   '} --${`${name}${value}`.padEnd(18)} ${help}`]
  })
  return `Usage: butane [options] [input-file]\nOptions:\n${lines.join('\n')}\n`
}

/**
 * Reads arguments as the reference program's library does: short options in one word, a value behind them or in the
 * next word, options after the file too, all words after `--` are files. Throws UsageError.
 */
export function parseButaneArguments(args: readonly string[]): { options: ButaneOptions; files: string[] } {
  const options: Record<string, string | boolean> = {}
  const files: string[] = []
  const rest = [...args]

  const take = (flag: Flag, written: string, value: string | undefined) => {
    let given: string | boolean | undefined = value
    if (flag.kind === 'switch') given = value === undefined || readSwitch(value, written)
    else if (flag.kind === 'default always') given ??= 'always'
    else given ??= rest.shift()
    if (given === undefined) throw new UsageError(`flag needs an argument: ${written}`)
    if (flag.key !== undefined) options[flag.key] = given
  }

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      files.push(...rest.splice(0))
    } else if (word.startsWith('--')) {
      const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word)!
      const flag = FLAGS.find((known) => known.name === name)
      if (!flag) throw new UsageError(`unknown flag: --${name}`)
      take(flag, `--${name}`, value)
    } else if (/^-./.test(word)) {
      takeShort(word.slice(1), take)
    } else files.push(word)
  }
  return { options, files }
}

/** `-sp`, `-oFILE` and `-o=FILE` */
function takeShort(
  letters: string,
  take: (flag: Flag, written: string, value: string | undefined) => void,
): void {
  for (let at = 0; at < letters.length; at++) {
    const flag = FLAGS.find(({ short }) => short === letters[at])
    if (!flag) throw new UsageError(`unknown shorthand flag: '${letters[at]}' in -${letters}`)
    const behind = letters.slice(at + 1)
    const isValue = behind !== '' && (behind.startsWith('=') || flag.kind === 'text')
    take(flag, `'${letters[at]}' in -${letters}`, isValue ? behind.replace(/^=/, '') : undefined)
    if (isValue) return
  }
}

function readSwitch(value: string, written: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false
  throw new UsageError(`invalid argument "${value}" for "${written}" flag: expected true or false`)
}
