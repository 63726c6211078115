/** Scheme, host and optional port are checked, and that nothing in it would need quotes. */
export function isHttpUrl(text: string): boolean {
  const parts =
    /^https?:\/\/(?:[^\s"'\\<>/?#@]+@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(?:[/?][\x21\x23-\x26\x28-\x3b\x3d\x3f-\x5b\x5d-\x7e]*)?$/.exec(
      text,
    )
  return (
    text.length <= 2000 && parts !== null && Number(parts[2] ?? 80) >= 1 && Number(parts[2] ?? 80) <= 65535
  )
}
