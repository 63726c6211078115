import { listRunningSurvivors } from '../survivors/list-survivors.ts'
import type { Sys } from '../sys/sys.ts'

const storage = '/var/lib/containers/storage'

/**
 * Returns where the file systems and the shared memory of surviving containers are mounted, so that podman finds them
 * after the change of root as it left them.
 */
export function survivorMounts(sys: Sys): Set<string> {
  const ids = new Set(listRunningSurvivors(sys).flatMap(({ container }) => container?.id ?? []))
  const targets = new Set<string>()
  for (const { id, layer } of readContainers(sys)) {
    if (!ids.has(id)) continue
    targets.add(`${storage}/overlay/${layer}/merged`)
    targets.add(`${storage}/overlay-containers/${id}/userdata/shm`)
  }
  return targets
}

/** Source: containers/storage, "containers.json" of the overlay driver; "volatile" ones are those of `--rm` */
function readContainers(sys: Sys): { id: string; layer: string }[] {
  return ['containers.json', 'volatile-containers.json'].flatMap((name) => {
    const text = sys.readText(`${storage}/overlay-containers/${name}`)
    if (text === undefined) return []
    try {
      return JSON.parse(text) as { id: string; layer: string }[]
    } catch {
      // podman writes it anew when it needs it; without it nothing is carried, which podman copes with
      return []
    }
  })
}
