/** A unit that goes on running while the system beneath it is replaced. */
export type Survivor = {
  /** As in "web.service". */
  readonly unit: string
  /** What a person calls it: the container's name, else the unit's name without its type. */
  readonly name: string
  readonly kind: SurvivorKind
  /** Below /sys/fs/cgroup, as in "/system.slice/web.service"; "" for a unit without processes. */
  readonly cgroup: string
  /** Every process in the unit's control groups, as the host counts them. */
  readonly pids: readonly number[]
  /** The first process: of a container its own, not conmon; 0 when there is none. */
  readonly mainPid: number
  /** Only for kind "container". */
  readonly container?: {
    readonly id: string
    readonly conmonPid: number
    /** Folder of its runtime configuration, `config.json`. */
    readonly bundle: string | undefined
  }
}

/** "helper": a program that containers need, such as the name server of their networks. */
export type SurvivorKind = 'container' | 'network' | 'portable' | 'service' | 'helper'

/** Why a survivor would not survive, or would be worse off. */
export type Finding = {
  readonly unit: string
  readonly code: FindingCode
  /** One line: what is wrong. */
  readonly text: string
  /** One line: what to do about it. */
  readonly remedy: string
  /** Whether the unit would end, or could not be reached afterwards; otherwise a soft reboot may go on. */
  readonly fatal: boolean
}

/** Part of the interface: shown by `afloatctl plan` and in reports. */
export type FindingCode =
  | 'survivors/stopped-at-shutdown'
  | 'survivors/not-survivable'
  | 'survivors/requires-mortal'
  | 'survivors/slice-ends'
  | 'survivors/mount-ends'
  | 'survivors/network-ends'
  | 'survivors/unmarked'
  | 'survivors/runtime-ends'
  | 'survivors/conmon-in-slot'
  | 'survivors/uses-slot'
  | 'survivors/mount-of-slot'
  | 'survivors/uplink-ends'
  | 'survivors/names-end'
  | 'survivors/health-check-ends'
