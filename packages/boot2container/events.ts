/** A line of the report: a stage began or ended. Times in milliseconds since power-on. */
export interface StageEvent {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'Stage'
  /** `kernel`, `network`, `clock`, `arguments`, `secrets`, `cache`, `swap`, `filesystem`, `volume`, `service`, `container`, `post`, `cleanup` … */
  readonly stage: string
  /** Which one, where there are several: a container's index, a volume's name. */
  readonly subject?: string
  readonly state: 'started' | 'done' | 'failed' | 'warned'
  readonly atMs: number
  /** With `done` and `failed`. */
  readonly tookMs?: number
  readonly code?: string
  readonly message?: string
  readonly exitCode?: number
  /** Of a container that ran: whether podman made it, or it was started as podman made it at an earlier boot. */
  readonly from?: 'podman' | 'bundle'
}

/** The last line of the report. */
export interface PipelineStatus {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'PipelineStatus'
  /** Exit code of the first container that failed, 0 when none did; 1 when the machine did not get that far. */
  readonly status: number
  /** `containers[0]`, or the stage that failed. */
  readonly failedBy?: string
  readonly message?: string
  readonly containers: readonly {
    readonly index: number
    readonly image: string
    readonly exitCode: number
  }[]
  readonly action: 'poweroff' | 'reboot' | 'rerun' | 'soft-reboot' | 'hold'
  readonly atMs: number
}
