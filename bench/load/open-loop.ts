import { setTimeout as delay } from 'node:timers/promises'

import type { Heard } from './http-client.ts'

/** Sends so many requests a second, whether or not the ones before were answered, and waits for all answers. */
export async function openLoop(wish: {
  perSecond: number
  seconds: number
  send: (number: number) => Promise<Heard>
}): Promise<Heard[]> {
  const { perSecond, seconds, send } = wish
  const began = performance.now()
  const answers: Promise<Heard>[] = []
  while (performance.now() < began + seconds * 1_000) {
    const due = ((performance.now() - began) * perSecond) / 1_000
    while (answers.length < due) answers.push(send(answers.length))
    await delay(5)
  }
  return Promise.all(answers)
}
