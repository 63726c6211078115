import { Scalar, type ScalarTag } from 'yaml'
import { stringifyString } from 'yaml/util'
import { quoted } from '../yaml/quoted.ts'

/** How text is written: words without quotes as they are, quotes in one form, folded blocks in lines of 80 columns. */
export const textTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => typeof value === 'string',
  resolve: (text) => text,
  stringify(item, context, onComment, onChompKeep) {
    const value = String(item.value)
    if (item.type === Scalar.PLAIN && !value.includes('\n')) return value
    if (item.type === Scalar.QUOTE_DOUBLE || item.type === Scalar.QUOTE_SINGLE) return quoted(value)
    const lineWidth = item.type === Scalar.BLOCK_FOLDED ? FOLDED_COLUMNS : 0
    const options = { ...context.options, lineWidth }
    return stringifyString(item as Scalar<string>, { ...context, options }, onComment, onChompKeep)
  },
}

const FOLDED_COLUMNS = 80
