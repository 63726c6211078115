/** What a machine says about itself when it asks what to boot. Anybody can say anything. */
export type Identity = { readonly mac?: string; readonly uuid?: string }

/** Reads six bytes in any of the usual spellings; returns them as `52:54:00:12:34:56`. */
export function parseMac(text: string): string | undefined {
  const digits =
    /^(?:[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})$/i.test(text)
      ? text.replace(/[^0-9a-f]/gi, '').toLowerCase()
      : undefined
  return digits?.match(/../g)?.join(':')
}

/** Returns a UUID in lower case, with dashes. */
export function parseUuid(text: string): string | undefined {
  const digits = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i.test(text)
    ? text.replaceAll('-', '').toLowerCase()
    : undefined
  return digits?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** For a log, or the machine's own screen. */
export function describeIdentity({ mac, uuid }: Identity): string {
  const parts = [mac, uuid === undefined ? undefined : `UUID ${uuid}`].filter((part) => part !== undefined)
  return parts.length === 0 ? 'a machine without MAC address and UUID' : parts.join(', ')
}
