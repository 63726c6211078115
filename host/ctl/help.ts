import type { Command, Option } from './command.ts'

/** The text of `afloatctl --help`. */
export function formatHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Usage: afloatctl COMMAND [OPTION...]',
    '',
    'Looks after the operating system of this machine.',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Every command takes --json and --help.',
    'Exit codes: 0 success, 1 failure, 2 wrong usage, 3 partly, 4 not found, 5 something else is under way,',
    '6 nothing to do, 7 not to be trusted, 77 not permitted.',
  ].join('\n')
}

/** The text of `afloatctl COMMAND --help`. */
export function formatCommandHelp({ name, usage, summary, details, options }: Command): string {
  const all: Option[] = [
    ...options,
    { name: '--json', summary: 'Print one JSON object' },
    { name: '--help', summary: 'Print this' },
  ]
  const heads = all.map((option) =>
    option.value === undefined ? option.name : `${option.name} ${option.value}`,
  )
  const width = Math.max(...heads.map((head) => head.length))
  return [
    `Usage: afloatctl ${name}${usage === '' ? '' : ` ${usage}`}`,
    '',
    `${summary}.`,
    ...(details === '' ? [] : ['', details]),
    '',
    ...all.map((option, index) => `  ${heads[index]?.padEnd(width)}  ${option.summary}`),
  ].join('\n')
}
