/** Tells whoever waits for a long run how far it is. Not on standard output, which may be Jest's JSON. */
export function say(line: string): void {
  process.stderr.write(`  ${line}\n`)
}
