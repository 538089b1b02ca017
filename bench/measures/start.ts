import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startSystem } from '@kitroom/local'

import type { Measure } from '../measure.ts'
import { median } from '../statistics.ts'

const ROUNDS = 5

/** How long a system takes that was there before, until it is healthy: what `npm start` does on the second day. */
export const start: Measure = {
  name: 'start',
  async run(_bench, say) {
    const dataDir = mkdtempSync(join(tmpdir(), 'kitroom-start-'))
    const seconds: number[] = []
    try {
      for (let round = 0; round <= ROUNDS; round++) {
        const began = performance.now()
        const system = await startSystem({ dataDir, port: 0, seed: true })
        const took = (performance.now() - began) / 1_000
        await system.stop()
        say(round === 0 ? `first start, with the demo: ${took.toFixed(1)} s` : `warm: ${took.toFixed(1)} s`)
        if (round > 0) seconds.push(took)
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
    return [
      {
        name: 'warm npm start to healthy',
        value: median(seconds),
        unit: 's',
        goal: { atMost: 10 },
        parts: { slowest_s: Math.max(...seconds) },
      },
    ]
  },
}
