import { describe, expect, it } from '@jest/globals'
import { scaled, seededRandom, seeds } from '@kitroom/testing'

import { underLoad } from '../history/under-load.ts'
import { cabledFor } from '../nemesis/cabled-system.ts'
import { well } from '../nemesis/faults.ts'
import { rage } from '../nemesis/rage.ts'
import { say } from '../nemesis/say.ts'
import { requireHonest } from '../nemesis/told.ts'

const running = cabledFor()

describe('a nemesis that does whatever it likes (FLT-14, CON-13)', () => {
  it.each(seeds(scaled(1, 20)))(
    'by seed %i finds no lie in what clients were told',
    async (seed) => {
      const random = seededRandom(seed)
      const struck: string[] = []
      const judged = await underLoad(
        running.system,
        { random, perSecond: scaled(25, 60), clients: 16, auditWithinMs: 180_000 },
        async () => {
          await rage(running.system, random, scaled(8_000, 180_000), (fault) => {
            struck.push(fault)
            say(`seed ${seed}: ${fault}`)
          })
          say(
            `seed ${seed}: well again ${await well(running.system, 120_000)} ms after the last of ${struck.length}`,
          )
        },
      )
      requireHonest('the nemesis', random, judged)
      expect(struck.length).toBeGreaterThan(0)
    },
    scaled(300_000, 700_000),
  )
})
