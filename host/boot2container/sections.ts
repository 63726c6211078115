/**
 * What makes a CI system fold what a stage prints.
 * The rest of the line is its heading.
 * Source: GitLab documentation, CI/CD job logs, "Custom collapsible sections"
 */
export function sectionStart(title: string, nowMs: number, options: { collapsed: boolean }): string {
  const attributes = options.collapsed ? '[collapsed=true]' : ''
  return `${clearLine}section_start:${seconds(nowMs)}:${nameOf(title)}${attributes}\r${clearLine}`
}

export function sectionEnd(title: string, nowMs: number): string {
  return `${clearLine}section_end:${seconds(nowMs)}:${nameOf(title)}\r${clearLine}`
}

const clearLine = '\x1b[0K'

function nameOf(title: string): string {
  return `b2c_${title.replaceAll(/[^A-Za-z0-9]+/g, '_')}`
}

function seconds(nowMs: number): number {
  return Math.floor(nowMs / 1000)
}
