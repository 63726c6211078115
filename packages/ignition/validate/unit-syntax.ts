/**
 * Why Ignition refuses the text of a unit, in its words; undefined if it takes it. It is laxer than systemd: a name
 * may be empty, and whatever stands before the first section is skipped.
 */
export function unitProblem(text: string): string | undefined {
  let inSection = false
  let at = 0
  while (at < text.length) {
    const character = text[at]!
    if (character === '[') {
      const close = text.indexOf(']', at)
      if (close < 0) return 'unable to find end of section'
      const rest = text.slice(close + 1, lineEnd(text, close)).trim()
      if (rest !== '') return `found garbage after section name : ${JSON.stringify(rest)}`
      inSection = true
      at = lineEnd(text, close) + 1
    } else if (character === '#' || character === ';') {
      at = afterContinued(text, at, (line) => line.replace(/ $/, ''))
    } else if (!inSection || /\s/.test(character)) {
      at++
    } else {
      const length = text.slice(at).search(/[=\r\n]/)
      if (length < 0) return 'EOF'
      if (text[at + length] !== '=') return 'unexpected newline encountered while parsing option name'
      at = afterContinued(text, at + length + 1, (line) => line)
    }
  }
  return undefined
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** Where the next line starts that does not continue the one at `from`. */
function afterContinued(text: string, from: number, clean: (line: string) => string): number {
  for (let at = from; ; ) {
    const end = lineEnd(text, at)
    if (end === text.length || !clean(text.slice(at, end)).endsWith('\\')) return end + 1
    at = end + 1
  }
}
