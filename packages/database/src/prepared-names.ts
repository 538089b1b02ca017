/** What comes this often is said often enough that the server need not read it anew each time. */
const SEEN_OFTEN = 5
/** Each takes some memory in every connection. */
const MOST_NAMES = 200
const MOST_TEXTS = 2_000

/**
 * Names for statements that the server shall keep prepared on each connection: those whose very text comes again and
 * again. Nothing that selects all columns of a table is among them, since that fails once a migration adds one (0A000).
 * @returns gives a text its name, or none
 */
export function preparedNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  const seen = new Map<string, number>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= MOST_NAMES) return known
    const times = (seen.get(text) ?? 0) + 1
    if (times < SEEN_OFTEN) {
      if (seen.size >= MOST_TEXTS) seen.clear()
      seen.set(text, times)
      return undefined
    }
    seen.delete(text)
    if (text.includes('*')) return undefined
    const name = `kitroom_${names.size + 1}`
    names.set(text, name)
    return name
  }
}
