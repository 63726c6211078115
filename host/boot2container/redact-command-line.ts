import type { ParsedPipeline } from '@afloat/boot2container'
import { redactor } from './secrets/redactor.ts'

/** Returns what hides the secrets that stand in the command line or in the extra arguments themselves. */
export function redactCommandLine(
  { secrets }: Pick<ParsedPipeline, 'secrets'>,
  cmdline: string,
  more = '',
): (text: string) => string {
  const values = secrets.map(({ in: source, offset, length }) =>
    (source === 'cmdline' ? cmdline : more).slice(offset, offset + length),
  )
  return redactor(values.filter((value) => value.length > 3))
}
