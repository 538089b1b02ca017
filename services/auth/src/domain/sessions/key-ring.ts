/** A signing key's times. */
export interface KeyTimes {
  kid: string
  /** From when on it may sign. */
  activeFrom: Date
}

/** What each key is good for at one moment. */
export interface KeyRing<Key extends KeyTimes> {
  /** Signs new tokens. */
  signing: Key
  /** To be shown to verifiers: keys to come, the one that signs, and those whose tokens may still live. */
  published: Key[]
  /** Tokens of theirs are dead everywhere. */
  dead: Key[]
}

/** Verifiers look for new keys every ten minutes, so a key is published that long, and a minute, before it signs. */
export const NOTICE_SECONDS = 11 * 60
/** A token lives ten minutes, so a key stays published that long, and a minute, after it last signed. */
const AFTERLIFE_MS = 11 * 60 * 1000

/**
 * Sorts keys by what they are good for now. States follow from times alone, so every replica sees the same and no job
 * has to move a key along (AUT-4).
 * @throws Error when no key may sign yet
 */
export function keyRing<Key extends KeyTimes>(keys: readonly Key[], now: Date): KeyRing<Key> {
  const newestFirst = keys.toSorted(
    (a, b) => b.activeFrom.getTime() - a.activeFrom.getTime() || (a.kid < b.kid ? 1 : -1),
  )
  const signing = newestFirst.find((key) => key.activeFrom <= now)
  if (signing === undefined) throw new Error('No signing key is active.')
  const retired = newestFirst.slice(newestFirst.indexOf(signing) + 1)
  const isDead = (key: Key) => {
    const successor = newestFirst[newestFirst.indexOf(key) - 1] ?? key
    return successor.activeFrom.getTime() + AFTERLIFE_MS < now.getTime()
  }
  const dead = retired.filter(isDead)
  return { signing, published: newestFirst.filter((key) => !dead.includes(key)), dead }
}
