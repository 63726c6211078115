import type { Sys } from '../../sys/sys.ts'
import { normalName } from './image-store.ts'

/** An archive of images that came with the machine or lies on a disk. */
export type Seed = { readonly path: string; readonly names: readonly string[] }

/** Lists the archives in some folders, OCI or Docker, with the names of the images in them. */
export function listSeeds(sys: Sys, folders: readonly string[]): Seed[] {
  return folders.flatMap((folder) =>
    (sys.list(folder) ?? [])
      .filter((name) => name.endsWith('.tar'))
      .map((name) => ({ path: `${folder}/${name}`, names: readNames(sys, `${folder}/${name}`) })),
  )
}

/** Returns the archives that hold the image a reference means. */
export function findSeeds(seeds: readonly Seed[], reference: string): Seed[] {
  const wanted = normalName(reference)
  return seeds.filter(({ names }) => names.some((name) => normalName(name) === wanted))
}

type Index = { manifests?: { digest?: string; annotations?: Record<string, string> }[] }
type DockerManifest = { RepoTags?: string[] | null }[]

/** Source: OCI image-spec, annotations.md, "org.opencontainers.image.ref.name"; Docker's own `docker save`. */
function readNames(sys: Sys, path: string): string[] {
  const index = readMember<Index>(sys, path, 'index.json')
  const named = (index?.manifests ?? []).flatMap(({ digest, annotations = {} }) => {
    const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name']
    if (name === undefined) return []
    const bare = name.replace(/:[^:/]+$/, '')
    return digest === undefined ? [name] : [name, `${bare}@${digest}`]
  })
  if (named.length > 0) return named
  return (readMember<DockerManifest>(sys, path, 'manifest.json') ?? []).flatMap(
    ({ RepoTags }) => RepoTags ?? [],
  )
}

/** Archives that were made of a folder have members like "./index.json". */
function readMember<T>(sys: Sys, path: string, member: string): T | undefined {
  const { stdout } = sys.run(['tar', '-xOf', path, member, `./${member}`])
  try {
    return stdout === '' ? undefined : (JSON.parse(stdout) as T)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
