import {
  checkCmdline,
  describePipeline,
  LONGEST_CMDLINE,
  type PipelineStep,
  type Place,
  redact,
} from '@afloat/boot2container'
import { areArgumentsSigned } from '@afloat/build/sign-arguments'
import { parseCmdline } from '@afloat/cmdline'
import { type Diagnostic, finding, LineIndex, Report } from '@afloat/report'
import { formatReport, type ReportStyle } from './config-report.ts'
import { readConfig } from './read-config.ts'

/** A text to be checked, and what it is called in messages. */
export interface NamedText {
  readonly text: string
  readonly name: string
}

export interface CheckedTexts {
  readonly ok: boolean
  readonly steps: readonly PipelineStep[]
  readonly findings: readonly Diagnostic[]
  /** The findings for a person, with the lines they are about; no secret is shown. */
  format(style: ReportStyle): string
}

/** Checks a kernel command line, and the extra arguments that the machine will fetch, if they are known. */
export function checkTexts(
  cmdline: NamedText,
  extra?: NamedText,
  limitBytes: number = LONGEST_CMDLINE,
): CheckedTexts {
  const checked = checkCmdline(cmdline.text, extra?.text ?? '', { limitBytes })
  const { config, secrets } = checked.parsed
  const places: [Place['in'], NamedText][] = [
    ['cmdline', cmdline],
    ['extra-arguments', extra ?? { text: '', name: 'extra arguments' }],
  ]
  const reports = places.map(([place, { text, name }]) => {
    const report = new Report()
    const lines = new LineIndex(text)
    for (const { in: where, ...found } of checked.findings)
      if (where === place) report.addIssue({ ...found, path: [] }, { lines, file: name })
    return report
  })
  const keys = config.extraArgs?.publicKeys ?? []
  if (extra !== undefined && keys.length > 0 && !areArgumentsSigned(extra.text, keys))
    reports[1]!.add(notSigned(extra.name))
  return {
    ok: !reports.some((report) => report.hasErrors),
    steps: describePipeline(config, parseCmdline(cmdline.text).get('ip')),
    findings: reports.flatMap((report) => report.diagnostics),
    format: (style) =>
      reports
        .map((report, index) => {
          const [place, { text }] = places[index]!
          return formatReport(report, redact(text, secrets, place), style)
        })
        .filter((text) => text !== '')
        .map((text) => `\n${text}`)
        .join(''),
  }
}

function notSigned(file: string): Diagnostic {
  const found = finding(
    'b2c/bad-signature',
    'Extra arguments are not signed by a key of b2c.extra_args_key: the machine would refuse them',
    'Sign them: afloat b2c sign --key NAME.key FILE',
  )
  return { ...found, severity: 'error', path: '', file, line: 0, column: 0 }
}

/** Reads a command line from a file, - for standard input, or takes it from arguments. Throws as readConfig() does. */
export function readCmdline(args: readonly string[], file: string | undefined): NamedText {
  if (file === undefined) return { text: joinArguments(args), name: 'command line' }
  return file === '-' ? { text: readConfig(0), name: '<stdin>' } : { text: readConfig(file), name: file }
}

/** A shell has taken the quotes of `b2c.run="alpine true"` away: they are put back where there is one parameter. */
function joinArguments(args: readonly string[]): string {
  return args
    .map((arg) => (/^[^\s"]+=[^"]*\s[^"]*$/.test(arg) && !/\sb2c\./.test(arg) ? quoteValue(arg) : arg))
    .join(' ')
}

function quoteValue(parameter: string): string {
  return parameter.replace(/^([^=]+=)(.*)$/s, '$1"$2"')
}
