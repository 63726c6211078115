const key = 'afloat-playground'

/** Keeps what was written in this tab, so that loading the page again loses nothing. The tab forgets it when it is closed. */
export function keepDraft(text: string): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ link: location.hash, text }))
  } catch {
    // Storage is full or switched off; the page works without.
  }
}

/** The text last kept in this tab for the link that the page was opened with. */
export function readDraft(): string | undefined {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
    if (draft === null || typeof draft !== 'object' || !('link' in draft) || !('text' in draft))
      return undefined
    return draft.link === location.hash && typeof draft.text === 'string' ? draft.text : undefined
  } catch {
    return undefined // likewise, or somebody else has written there
  }
}
