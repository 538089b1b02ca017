/**
 * Remembers up to `capacity` values, each for its time; the oldest makes room for a new one. A value from later than now
 * is none: the clock has been set back, and the value would be good for as long again.
 */
export class ExpiringCache<Value> {
  private readonly entries = new Map<string, { value: Value; from: number; until: number }>()
  private readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.entries.size
  }

  get(key: string, now: Date): Value | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined) return undefined
    const time = now.getTime()
    if (entry.from <= time && time < entry.until) return entry.value
    this.entries.delete(key)
    return undefined
  }

  set(key: string, value: Value, { from, until }: { from: Date; until: Date }): void {
    this.entries.delete(key)
    const oldest = this.entries.keys().next()
    if (this.entries.size >= this.capacity && !oldest.done) this.entries.delete(oldest.value)
    this.entries.set(key, { value, from: from.getTime(), until: until.getTime() })
  }

  delete(key: string): void {
    this.entries.delete(key)
  }
}
