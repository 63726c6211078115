/** What podman takes as a name; it is also a unit's name, which may be longer, and a file's. */
export function isPodmanName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(name)
}
