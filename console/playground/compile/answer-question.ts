import { type CompileOptions, declaredVariables, type GivenValues } from '@afloat/butane'
import { lintConfig } from '@afloat/butane/lint/lint-config'
import { explainConfig, formatExplanation } from '@afloat/explain'
import { formatIgnition, type IgnitionConfig } from '@afloat/ignition'
import type { Diagnostic } from '@afloat/report'
import { type Answer, MOST_PROBLEMS, type Question, type Result } from '../answer.ts'
import { GzipCodec } from './gzip-codec.ts'

/** Compiles, lints and explains a text. There are no local files: a page has none. */
export async function answerQuestion({ text, values }: Question): Promise<Answer> {
  const variables = declaredVariables(text)
  const codec = new GzipCodec()
  const options = { gzip: codec.gzip, variables: givenValues(variables, values) }
  return await codec.settle(() => answer(text, variables, codec, options))
}

function answer(
  text: string,
  variables: readonly string[],
  { gunzip }: GzipCodec,
  options: CompileOptions,
): Answer {
  const { report, compiled } = lintConfig(text, { ...options, gunzip })
  const problems = compiled.report.diagnostics
  const lint = report.diagnostics.filter(({ code }) => code.startsWith('lint/'))
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return {
    variables,
    problems: problems.slice(0, MOST_PROBLEMS).map(withOwnHint),
    lint: lint.slice(0, MOST_PROBLEMS),
    counts: { errors, warnings: problems.length - errors, lint: lint.length },
    result: compiled.ignition && resultOf(compiled.ignition, compiled.machineConfig, gunzip),
  }
}

function resultOf(
  config: IgnitionConfig,
  machineConfig: string | undefined,
  gunzip: GzipCodec['gunzip'],
): Result {
  const unpack = (packed: Uint8Array): Uint8Array => {
    const bytes = gunzip(packed)
    if (typeof bytes === 'string') throw new Error(bytes)
    return bytes
  }
  return {
    ignition: formatIgnition(config, { pretty: true }),
    machineConfig,
    explanation: formatExplanation(explainConfig(config, { gunzip: unpack })),
  }
}

/** Empty fields are not given: then the default applies. */
function givenValues(names: readonly string[], values: Question['values']): GivenValues {
  return new Map(
    names
      .filter((name) => Object.hasOwn(values, name) && values[name] !== '')
      .map((name) => {
        const lines = values[name]!.split('\n').filter((line) => line !== '')
        return [name, { value: lines.length === 1 ? lines[0]! : lines, from: 'its field on this page' }]
      }),
  )
}

/** Some remedies name options of the command line. */
function withOwnHint(problem: Diagnostic): Diagnostic {
  const hint = hints[problem.code]
  return hint === undefined ? problem : { ...problem, hint }
}

const hints: Readonly<Record<string, string>> = {
  'butane/variable-missing': 'Enter one under "Variables", or declare a default',
  'butane/files-dir-missing': 'Use "inline", or compile with "afloat config compile --files-dir"',
}
