import { utf8Length } from '@afloat/ignition'
import { platforms } from '../known/platforms.ts'
import type { LintInput } from '../lint-input.ts'
import type { Rule } from '../rule.ts'

/** A config that a platform would not take. With a platform given it is an error, else a warning about the smallest. */
export const userDataSize: Rule = {
  code: 'lint/user-data-size',
  severity: 'warning',
  looksAt: 'the size of the result',
  *find(input) {
    const sizeBytes = utf8Length(input.output)
    const asked = platforms.find(({ name }) => name === input.platform)
    const tooSmall = (asked ? [asked] : platforms).filter(({ limitBytes }) => limitBytes < sizeBytes)
    const [smallest, ...others] = tooSmall
    if (!smallest) return
    const { name, limitBytes, note } = smallest
    const limit = `${limitBytes} bytes that ${name} allows${note === undefined ? '' : ` (${note})`}`
    const also = others.length > 0 ? `; also too large for ${others.map((one) => one.name).join(', ')}` : ''
    yield {
      at: [],
      severity: asked ? 'error' : 'warning',
      message: `Config is ${sizeBytes} bytes, more than the ${limit}${also}${largest(input)}`,
      hint: 'Fetch large files with source: and a verification hash, or put the config at a URL and merge it from there',
    }
  },
}

function largest({ config }: LintInput): string {
  const sizes = (config.storage?.files ?? []).map(({ path, contents }) => ({
    path,
    sizeBytes: contents?.source?.length ?? 0,
  }))
  const [first] = sizes.toSorted((a, b) => b.sizeBytes - a.sizeBytes)
  return first ? `. The largest part is "${first.path}" with ${first.sizeBytes}` : ''
}
