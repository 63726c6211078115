import { execFileSync } from 'node:child_process'
import { AfloatError } from '@afloat/report'

type Index = { manifests?: { annotations?: Record<string, string> }[] }
type DockerManifest = { RepoTags?: string[] | null }[]

/** Returns the name of the first image in an OCI or Docker archive; throws `b2c/no-image-name`. */
export function imageName(archive: string): string {
  const index = readMember<Index>(archive, 'index.json')
  const names = (index?.manifests ?? []).map(
    ({ annotations = {} }) =>
      annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'],
  )
  const docker = readMember<DockerManifest>(archive, 'manifest.json') ?? []
  const found = [...names, ...docker.flatMap(({ RepoTags }) => RepoTags ?? [])].find(
    (name) => name !== undefined,
  )
  if (found !== undefined) return found
  throw new AfloatError('b2c/no-image-name', `Cannot use "${archive}": no image in it has a name`, {
    hint: 'Save it with a name: podman save --format oci-archive -o image.tar NAME:TAG',
  })
}

/** Archives that were made of a folder have members like "./index.json". */
function readMember<T>(archive: string, member: string): T | undefined {
  for (const name of [member, `./${member}`]) {
    try {
      const text = execFileSync('tar', ['-xOf', archive, name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return JSON.parse(text) as T
    } catch {
      // has no such member
    }
  }
  return undefined
}
