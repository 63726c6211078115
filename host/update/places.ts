/** Where the agent keeps things. What is below /var/lib lasts; what is below /run is gone after a kernel boot. */
export const places = {
  config: '/etc/afloat/update.json',
  /** Folder of everything that lasts. */
  home: '/var/lib/afloat/update',
  /** The one source of truth; see `record.ts`. */
  record: '/var/lib/afloat/update/state.json',
  /** The kernel image of the release that is being fetched. */
  uki: '/var/lib/afloat/update/uki.efi',
  /** Manifests of releases that were written to a slot: `VERSION.json`. */
  releases: '/var/lib/afloat/releases',
  /** Folder of everything that need not last. */
  run: '/run/afloat/update',
  progress: '/run/afloat/update/progress.json',
  /** What people ask for, and what came of it: a file for each. */
  requests: '/run/afloat/update/requests',
  answers: '/run/afloat/update/answers',
} as const
