import type { Sys } from '../sys/sys.ts'
import { places } from './places.ts'

/** Adds the authorities that came with the initramfs to those that all programs trust. */
export function trustAuthorities(sys: Sys): void {
  const home = places.authorities
  const names = sys.list(home)
  if (names === undefined) return
  for (const name of names) sys.appendText(places.certificates, `\n${sys.readText(`${home}/${name}`) ?? ''}`)
  // After a soft reboot they are among the others.
  sys.remove(home, { recursive: true })
}
