import type { Sys } from '../../sys/sys.ts'
import type { Secrets } from './read-secrets.ts'

/** In memory: what podman knows of its secrets is on the cache, but not the secrets. */
const home = '/run/afloat/podman-secrets'

/** Makes the named secrets known to podman, for `--secret NAME` of containers. */
export function offerSecrets(sys: Sys, secrets: Pick<Secrets, 'named'>): void {
  sys.makeDirs(home, { mode: 0o700 })
  for (const [name, value] of secrets.named) {
    // It takes standard input only where that is a pipe.
    const file = `${home}/${name}.new`
    sys.writeFile(file, value, { mode: 0o600 })
    // After a power cut the name may be known still, with nothing behind it; then it can only be replaced.
    const options = ['--replace', '--driver', 'file', '--driver-opts', `path=${home}`]
    try {
      sys.mustRun(['podman', 'secret', 'create', ...options, name, file])
    } finally {
      sys.remove(file)
    }
  }
}

/** Takes the values away: the next pipeline of this kernel may be somebody else's. Podman keeps their names, of nothing. */
export function withdrawSecrets(sys: Sys): void {
  sys.remove(home, { recursive: true })
}
