/** Folders of the initramfs that several steps know. */
export const places = {
  /** A root made of the verified /usr and memory, to run programs of /usr in before the root partition is there. */
  stage: '/stage',
  /** The root that systemd will see. */
  system: '/sysroot',
  /** What PID 1 does when this program has ended; a shell script. */
  next: '/run/afloat/next',
} as const
