/** Returns the command as a person would type it in a POSIX shell. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(quote).join(' ')
}

function quote(word: string): string {
  if (/^[\w%+,./:=@-]+$/.test(word)) return word
  return `'${word.replaceAll("'", "'\\''")}'`
}
