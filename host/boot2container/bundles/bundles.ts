import { AfloatError } from '@afloat/report'
import type { Sys } from '../../sys/sys.ts'
import type { StoredImage } from '../images/image-store.ts'
import type { Reporter } from '../report.ts'
import { makeRoom, readKept, shortHash, storeKept } from './kept-bundle.ts'
import { machineKey } from './machine-key.ts'
import { findMade, type Made, readMade } from './made-bundle.ts'
import { readShape } from './read-shape.ts'
import { layersBelow, makeReady, runReady } from './run-bundle.ts'
import { toTemplate } from './template.ts'

/**
 * What podman has made of containers, kept in the cache. Podman takes more than a second to find that out, and always
 * finds out the same: of the same arguments, the same image and the same machine. With its answer crun alone starts the
 * container. Whatever is not plain is podman's, and so is whatever goes wrong.
 */
export interface Bundles {
  /** Whether there are none at all. */
  readonly isEmpty: boolean
  /** Returns how to start a container without podman; undefined when nothing is kept that fits. */
  find(asked: Asked): KeptBundle | undefined
  /** To be called before podman makes a bundle of these words. */
  willBeMade(words: readonly string[]): void
  /** To be called before the container starts, with the runtime's state of it. */
  created(state: string): void
  /** To be called while what podman made of the container is there. Returns what keeps it. */
  running(asked: Asked): () => void
}

/** A container by all its words, options that all get among them, and the image that it will run. */
export type Asked = {
  readonly words: readonly string[]
  readonly image: { readonly name: string; readonly stored: StoredImage }
}

export interface KeptBundle {
  /**
   * Runs the container to its end and returns its exit code; undefined when it did not come to its first instruction.
   * `onStart` is called when it is about to start.
   */
  run(onStart: () => void): number | undefined
}

export type BundlesContext = {
  readonly sys: Sys
  readonly report: Reporter
  readonly graphRoot: string
  /** A folder of the cache. */
  readonly dir: string
}

export function openBundles({ sys, report, graphRoot, dir }: BundlesContext): Bundles {
  const folderOf = (key: string) => `${dir}/kept/${shortHash(key)}`
  const layersDir = `${dir}/layers`
  // Of a container that ended with the power.
  if (sys.exists(layersDir)) sys.run(['rm', '-rf', layersDir])
  let before: string | undefined
  let made: Made | undefined

  return {
    isEmpty: (sys.list(`${dir}/kept`) ?? []).length === 0,
    find(asked) {
      const shape = readShape(asked.words)
      if (shape === undefined) return undefined
      const key = keyOf(asked, machineKey(sys, shape))
      if (key === undefined) return undefined
      const folder = folderOf(key)
      const kept = readKept(sys, folder)
      const below = layersBelow(sys, graphRoot, asked.image.stored, `${folder}/layer`)
      if (kept?.key !== key || below === undefined) return undefined
      const filling = { template: kept.template, shape, below }
      return {
        run(onStart) {
          const ready = unlessFailed(report, () => makeReady(sys, { graphRoot, layersDir }, filling))
          const exitCode = ready && runReady(sys, ready, onStart)
          if (exitCode === undefined)
            report.note('The container did not start from its kept bundle: podman makes it anew')
          return exitCode
        },
      }
    },
    willBeMade(words) {
      const shape = readShape(words)
      before = shape && machineKey(sys, shape)
      made = undefined
    },
    created(state) {
      if (before !== undefined) made = findMade(sys, state)
    },
    running(asked) {
      const shape = readShape(asked.words)
      // Made on a machine that has another address by now, it must not be taken for one of this machine.
      if (shape === undefined || made === undefined || machineKey(sys, shape) !== before) return () => {}
      const key = keyOf(asked, before)
      const template = toTemplate(...readMade(sys, made), shape)
      const { layer } = made
      if (key === undefined || template === undefined) return () => {}
      return () =>
        unlessFailed(report, () => {
          makeRoom(sys, `${dir}/kept`)
          storeKept(sys, folderOf(key), { key, template }, layer)
        })
    },
  }
}

/** Podman writes the name of the image into the container too. */
function keyOf({ image: { name, stored } }: Asked, machine: string | undefined): string | undefined {
  return machine && `${name} ${stored.id} ${machine}`
}

/** A cache that is full keeps no container from running: podman knows how to make room, or says that there is none. */
function unlessFailed<T>(report: Reporter, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    report.note(`WARNING: ${error.message} (${error.code})`)
    return undefined
  }
}
