/**
 * Writes a command line as arguments of iPXE's `kernel`, which come out of it as they were. iPXE splits at blanks and joins
 * with one, takes `#`, `||`, `&&` and `;` for its own, and puts settings in for `${name}`; words are split before that.
 * Source: iPXE, src/core/exec.c
 */
export function formatCmdline(cmdline: string): string {
  return cmdline
    .trim()
    .split(/(?<! ) (?! )/)
    .map((word) => (/^(?:#|\|\||&&|;$)/.test(word) ? nothing + word : word).replaceAll(' ', blank))
    .join(' ')
}

/** A setting that nobody has set. */
const nothing = setting('afloat-nothing')
const blank = setting('afloat-blank:string')

/** Sets what `formatCmdline` refers to. */
export const cmdlineSettings = 'set afloat-blank:hex 20'

/** The part of a command line that cannot be written for iPXE; it looks for such again in what it has put in. */
export function unwritable(cmdline: string): string | undefined {
  return /\$\{[^}]*\}/.exec(cmdline)?.[0]
}

/** Has iPXE put the value of a setting in. */
export function setting(name: string): string {
  return `\${${name}}`
}
