/** Why a release is not good, or the machine went back. Part of the interface: in verdicts, reports and the journal. */
export type HealthCode =
  /** It is good. */
  | 'health/good'
  | 'health/no-answer'
  | 'health/boot-incomplete'
  | 'health/unit-missing'
  | 'health/unit-not-active'
  | 'health/unit-restarts'
  | 'health/probe-failed'
  /** All is well, but the boot loader could not start it again. */
  | 'health/not-bootable'
  /** The kernel was started again, and the boot loader chose the release before. */
  | 'health/did-not-start'
  /** Somebody changed to another release before this one had shown that it is good. */
  | 'health/left'
