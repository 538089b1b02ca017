/** A string, or what opens, closes or divides; numbers, words and white space between them do not matter. */
const TOKEN = /"(?:[^"\\]|\\[^])*"?|[{}[\]:,]/g

/**
 * The name of a member that is in one object twice; undefined when there is none. Programs differ about which of the two
 * counts (RFC 8259 §4), so a request that one of them let pass could mean something else to the next.
 * @param text valid JSON
 */
export function repeatedMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let last = ''
  // All at once: matchAll makes an object of each token, which would be most of what reading a small body takes of memory.
  for (const token of text.match(TOKEN) ?? []) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const name = last.includes('\\') ? (JSON.parse(last) as string) : last.slice(1, -1)
      const names = open.at(-1)
      if (names?.has(name) === true) return name
      names?.add(name)
    } else last = token
  }
  return undefined
}
