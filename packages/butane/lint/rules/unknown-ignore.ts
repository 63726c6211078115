import { nearestName } from '@afloat/report'
import type { Rule } from '../rule.ts'
import { rules } from '../rules.ts'

/** A comment that takes back a code that does not exist takes back nothing. */
export const unknownIgnore: Rule = {
  code: 'lint/unknown-ignore',
  severity: 'warning',
  looksAt: 'comments "lint: ignore"',
  *find({ ignores }) {
    const codes = rules.map(({ code }) => code)
    for (const { code, offset } of ignores) {
      if ((codes as string[]).includes(code)) continue
      const nearest = nearestName(code, codes)
      yield {
        at: [],
        offset,
        message: `Comment ignores "${code}", which is no code of lint`,
        hint: nearest === undefined ? 'Remove the comment' : `Write ${nearest}`,
      }
    }
  },
}
