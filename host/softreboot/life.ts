/** One run of the system, from a start of systemd as PID 1 to the next: a kernel boot or a soft reboot. */
export type Life = {
  /** Boot id and count of soft reboots: "36cdf63b…-1". */
  readonly id: string
  /** Of the kernel's boot: 32 hexadecimal digits. */
  readonly bootId: string
  /** How often this kernel's userspace was replaced before. */
  readonly softReboots: number
  readonly version: string
  readonly slot?: 'a' | 'b' | undefined
  readonly rootHash?: string | undefined
  readonly cause: LifeCause
  /** When PID 1 started; milliseconds since 1970. */
  readonly startedAtMs: number
  /** When the life before began to end; not known after a power cut. */
  readonly previousEndedAtMs?: number | undefined
  /** When everything was up again. */
  readonly upAtMs?: number | undefined
  /** From the end of the life before until everything was up. */
  readonly interruptionMs?: number | undefined
  /** Names of what kept running through the soft reboot that began this life. */
  readonly survivors: readonly string[]
  readonly outcome?: LifeOutcome | undefined
}

/** "power-on" also after the machine was switched off; "unknown" after a power cut, a reset or a crash. */
export type LifeCause = 'power-on' | 'reboot' | 'soft-reboot' | 'kexec' | 'unknown'

/** What the health gate found. */
export type LifeOutcome = {
  readonly result: 'good' | 'failed'
  /** One line. */
  readonly reason: string
  readonly code: string
  readonly atMs: number
}
