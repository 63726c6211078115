import type { Generated, Insertable, Selectable } from 'kysely'

/**
 * The tables. Identifiers are UUIDs and times are RFC 3339 in UTC, both as text, so that they mean the same on every
 * database and sort by time.
 */
export type Tables = {
  applications: ApplicationTable
  packages: PackageTable
  channels: ChannelTable
  groups: GroupTable
  instances: InstanceTable
  instance_status_history: StatusHistoryTable
  events: EventTable
}

export type ApplicationTable = {
  /** As `normaliseAppId` spells it. */
  id: string
  name: string
  created_at: string
}

export type PackageTable = {
  id: string
  application_id: string
  version: string
  /** "amd64" or "arm64". */
  architecture: string
  file_name: string
  size_bytes: number
  /** Base64. */
  sha1: string
  /** Hexadecimal; also where the file is. */
  sha256: string
  created_at: string
}

export type ChannelTable = {
  id: string
  application_id: string
  name: string
  architecture: string
  /** What machines of this channel shall run. */
  package_id: string | null
  changed_at: string
}

export type GroupTable = {
  id: string
  application_id: string
  channel_id: string
  name: string
  /** What machines call it. */
  track: string
  created_at: string
}

export type InstanceTable = {
  application_id: string
  machine_id: string
  group_id: string
  version: string
  architecture: string
  /** See `instanceStatuses`. */
  status: number
  alias: string | null
  oem: string | null
  /** The version it was installed with. */
  aleph_version: string | null
  boot_id: string | null
  /** Last version that was offered to it. */
  granted_version: string | null
  granted_at: string | null
  created_at: string
  last_seen_at: string
}

export type StatusHistoryTable = {
  id: Generated<number>
  application_id: string
  machine_id: string
  status: number
  /** The version that the status is about. */
  version: string | null
  at: string
}

export type EventTable = {
  id: Generated<number>
  application_id: string
  machine_id: string
  type: number
  result: number
  error_code: number | null
  reason: string | null
  /** The running version at that time. */
  version: string
  previous_version: string | null
  /** The version that had been offered at that time. */
  granted_version: string | null
  at: string
}

export type Package = Selectable<PackageTable>
export type Instance = Selectable<InstanceTable>
export type NewEvent = Insertable<EventTable>
