import type { RequestApp, RequestOs } from '@afloat/omaha'

/** What an application was built for: what its board says, else what the system says, else amd64. */
export function architectureOf(app: Pick<RequestApp, 'board'>, os: RequestOs | undefined): string {
  const board = /^(amd64|arm64)-usr$/.exec(app.board ?? '')?.[1]
  return board ?? byOs[os?.arch ?? ''] ?? 'amd64'
}

const byOs: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm64', x86: 'x86' }
