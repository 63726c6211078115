import type { Database } from './database/open.ts'

/** What the routes share. */
export type ServerContext = {
  readonly db: Database
  readonly dataDir: string
  /** Whoever has it may publish and see the machines. */
  readonly token: string
  readonly pollIntervalSeconds: number | undefined
  readonly now: () => Date
  readonly log: (line: string) => void
  /** Where the client of a request reaches this server, without a slash at the end. */
  readonly baseUrl: (request: Request) => string
}
