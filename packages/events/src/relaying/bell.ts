import { pause } from '../pause.ts'

/** Wakes one who waits. Rung while nobody waits, it wakes the next one at once. */
export class Bell {
  private rung = new AbortController()

  ring(): void {
    this.rung.abort()
  }

  /** Waits for the bell, at most `ms`, or until aborted. */
  async heard(ms: number, signal: AbortSignal): Promise<void> {
    await pause(ms, AbortSignal.any([this.rung.signal, signal]))
    this.rung = new AbortController()
  }
}
