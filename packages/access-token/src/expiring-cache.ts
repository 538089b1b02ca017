/** Remembers up to `capacity` values until each one's time; the oldest makes room for a new one. */
export class ExpiringCache<Value> {
  private readonly entries = new Map<string, { value: Value; expiresAt: number }>()
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
    if (entry.expiresAt > now.getTime()) return entry.value
    this.entries.delete(key)
    return undefined
  }

  set(key: string, value: Value, expiresAt: Date): void {
    this.entries.delete(key)
    const oldest = this.entries.keys().next()
    if (this.entries.size >= this.capacity && !oldest.done) this.entries.delete(oldest.value)
    this.entries.set(key, { value, expiresAt: expiresAt.getTime() })
  }

  delete(key: string): void {
    this.entries.delete(key)
  }
}
