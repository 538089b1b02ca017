const OLDEST = [24, 11, 1] as const

/** True when this Node can run the services: types are stripped natively and import hooks are synchronous. */
export function isNodeRecentEnough(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor, oldestPatch] = OLDEST
  if (major !== oldestMajor) return major > oldestMajor
  return minor !== oldestMinor ? minor > oldestMinor : patch >= oldestPatch
}

/** Ends the process with a sentence instead of a puzzling syntax error. */
export function requireNode(): void {
  if (isNodeRecentEnough(process.versions.node)) return
  process.stderr.write(`Node ${OLDEST.join('.')} or later is needed; this is ${process.versions.node}.\n`)
  process.exit(78)
}
