/** How large a config may be that a platform hands to a machine. */
export interface Platform {
  readonly name: string
  /** Of the Ignition config. */
  readonly limitBytes: number
  /** What the limit is about, where that is not the config itself. */
  readonly note?: string
}

const KIB = 1024

/**
 * By name as Ignition says it. The limits are those the platforms document for user data; where one counts the base64
 * form, three quarters of the number is what remains.
 */
export const platforms: readonly Platform[] = [
  { name: 'aws', limitBytes: 16 * KIB },
  { name: 'hetzner', limitBytes: 32 * KIB },
  { name: 'openstack', limitBytes: base64Room(65_535), note: '65535 bytes of base64' },
  { name: 'azure', limitBytes: 64 * KIB - 1 },
  { name: 'digitalocean', limitBytes: 64 * KIB },
  { name: 'ibmcloud', limitBytes: 64 * KIB },
  { name: 'vmware', limitBytes: 64 * KIB },
  { name: 'gcp', limitBytes: 256 * KIB },
]

/** The most bytes whose base64 is no longer than that. */
function base64Room(length: number): number {
  return Math.floor(length / 4) * 3
}
